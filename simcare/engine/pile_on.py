"""Pile-on in the reference engine: does a complaint that a reshare may be come to be?

It does if the complaint that it passes on came, and if it, and every reshare between, has a mark below what
the state of that complaint left of reshares at its time. What readers see of a complaint is kept as turns.
"""

from __future__ import annotations

from bisect import bisect_right

from simcare.demand.tape import ANSWER, FIRST, Tape
from simcare.staffing.readers import Readers
from simcare.virality.audience import ANSWERED, IMPATIENT, PRIVATE, RESOLVED, TEMPLATE, WAITING


def pile_on_of(tape: Tape, readers: Readers | None) -> PileOn | None:
    """The pile-on of a run, None where no contact may come by it."""
    return PileOn(tape, readers) if readers is not None and len(tape.reshares) else None


class PileOn:
    """What readers have seen of every complaint so far, and which complaints never came."""

    def __init__(self, tape: Tape, readers: Readers) -> None:
        reshares = tape.reshares
        self.row_of: list[int] = reshares.row_of(tape.contacts).tolist()
        self.at_ms: list[int] = reshares.at_ms.tolist()
        self.mark: list[float] = reshares.mark.tolist()
        self.complaint: list[int] = reshares.complaint.tolist()
        self.repeats: list[int] = reshares.repeats.tolist()
        self.arrival_ms: list[int] = tape.arrival_ms.tolist()
        self.type_of: list[int] = tape.type_of_contact.tolist()
        self.moves_u: list[float] = tape.moves_u.tolist()
        self.left: list[list[float]] = readers.left.tolist()
        self.readers = readers
        self.absent: set[int] = set()
        self.turns_ms: dict[int, list[int]] = {}  # complaint: when readers see it change
        self.turns_to: dict[int, list[int]] = {}  # and to which state

    def comes(self, contact: int) -> bool:
        """Does the contact come to be? All do that are no reshare."""
        row = self.row_of[contact]
        if row < 0:
            return True
        complaint = self.complaint[row]
        happens = complaint not in self.absent
        while happens and row >= 0:
            happens = self.mark[row] < self._left(complaint, self.at_ms[row])
            row = self.repeats[row]
        if not happens:
            self.absent.add(contact)
        return happens

    def _left(self, complaint: int, at_ms: int) -> float:
        """What the state of a complaint leaves of reshares at a time; what turns at it has turned."""
        of_type = self.type_of[complaint]
        turn = bisect_right(self.turns_ms.get(complaint, ()), at_ms)
        if turn > 0:
            state = self.turns_to[complaint][turn - 1]
        else:
            waits_ms = at_ms - self.arrival_ms[complaint]
            state = IMPATIENT if waits_ms >= self.readers.impatient_ms[of_type] else WAITING
        return self.left[of_type][state]

    def begun(self, contact: int, kind: int, now_ms: int, *, acknowledges: bool, silent: bool) -> None:
        """A step of a contact is begun for the first time."""
        if kind == FIRST and self.readers.until_answer[self.type_of[contact]]:
            self._answered(contact, now_ms, full=not acknowledges, silent=silent)

    def sent(self, contact: int, kind: int, now_ms: int, *, acknowledges: bool, silent: bool) -> None:
        """A reply to a contact is sent."""
        if kind == ANSWER:
            self._answered(contact, now_ms, full=True, silent=silent)
        elif kind == FIRST and not self.readers.until_answer[self.type_of[contact]]:
            self._answered(contact, now_ms, full=not acknowledges, silent=silent)

    def over(self, contact: int, now_ms: int) -> None:
        """The last reply to a contact has been sent: readers see it resolved, if they still see it."""
        if not self._moved(contact) or self.readers.closes[self.type_of[contact]]:
            self._turns(contact, now_ms, RESOLVED)

    def _answered(self, contact: int, now_ms: int, *, full: bool, silent: bool) -> None:
        if not full:
            self._turns(contact, now_ms, TEMPLATE)
        elif self._moved(contact) and not silent:
            self._turns(contact, now_ms, PRIVATE)
        else:
            by_template = self.readers.by_template[self.type_of[contact]]
            self._turns(contact, now_ms, TEMPLATE if by_template else ANSWERED)

    def _moved(self, contact: int) -> bool:
        """Does the conversation go on in private once it is answered?"""
        moves = self.readers.moves[self.type_of[contact]]
        return bool(moves > 0 and self.moves_u[contact] < moves)

    def _turns(self, contact: int, now_ms: int, state: int) -> None:
        self.turns_ms.setdefault(contact, []).append(now_ms)
        self.turns_to.setdefault(contact, []).append(state)
