"""All figures of a result, in the order of the page."""

from __future__ import annotations

from simcare.report.page.material import Material
from simcare.report.page.picture import Picture
from simcare.report.page.pictures.arrivals import arrivals_picture
from simcare.report.page.pictures.cost_service import cost_picture
from simcare.report.page.pictures.exposure import bad_days, exposure_picture
from simcare.report.page.pictures.forest import forest
from simcare.report.page.pictures.occupancy import occupancy_map
from simcare.report.page.pictures.queue_fan import queue_fan
from simcare.report.page.pictures.reply_time import reply_time_picture
from simcare.report.page.pictures.reshared import reshared_picture
from simcare.report.page.pictures.service_map import service_map
from simcare.report.page.pictures.shifts import shift_pictures
from simcare.report.page.pictures.survival import survival_picture
from simcare.report.view import View


def pictures_of(view: View) -> tuple[Picture, ...]:
    """The figures that there is something to show in."""
    material = Material(view)
    found = (
        arrivals_picture(material),
        service_map(material),
        queue_fan(material),
        survival_picture(material),
        exposure_picture(material),
        reply_time_picture(material),
        bad_days(material),
        reshared_picture(material),
        forest(material),
        cost_picture(material),
        occupancy_map(material),
        *shift_pictures(material),
    )
    return tuple(picture for picture in found if picture is not None)
