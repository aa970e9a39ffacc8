"""Ways to spoil the small scenario: what is replaced, by what, and the one message at its place."""

from __future__ import annotations

CURVE = "per_hour: {00:00: 8, 19:00: 160, 24:00: 8}"
SPREAD = "{mean: 6 min, cv: 1.2}"
PATIENCE = "{exponential: {mean: 3 h}}"
BREAKS = "breaks: [{at: 12:00, for: 1 h}]"

SPOILED = [
    # the top of the file
    ("title: Small\n", "", "1:1: expected the key 'title', got a scenario without it"),
    ("title: Small", "titel: Small", "2:1: expected a key of a scenario, got 'titel'; did you mean 'title'?"),
    ("title: Small", "title: 2024", "2:8: expected text, got 2024; put it in quotes"),
    (
        "days: mon-fri",
        "days: Monday-Fri",
        "34:33: expected daily, a weekday such as sat, a range such as mon-fri, or a list of these, got "
        "'Monday-Fri'; did you mean 'mon-fri'?",
    ),
    (
        "days: mon-fri",
        "days: monday",
        "34:33: expected daily, a weekday such as sat, a range such as mon-fri, or a list of these, got "
        "'monday'; did you mean 'mon'?",
    ),
    (
        "{sat: 120%}",
        "{Wednesday: 120%}",
        "12:18: expected a weekday such as sat or a range such as mon-fri, "
        "got 'Wednesday'; did you mean 'wed'?",
    ),
    ("title: Small", "title:", "2:7: expected text, got nothing"),
    ("title: Small", 'title: "a\\nb"', "2:8: expected one line of text of up to 200 characters, got 'a\\nb'"),
    ("simcare: 1", "simcare: 2", "1:10: expected 1, the version of the language, got 2"),
    ("simcare: 1", "simcare: true", "1:10: expected 1, the version of the language, got true"),
    ("seed: 7", "seed: ", "40:38: expected a whole number from 0 to 1_000_000_000_000, got nothing"),
    ("shrinkage: 12%", "shrinkage:", "35:15: expected a value, got nothing; leave the key out"),
    ("channels:\n  feed: {public: true}", "channels: 5", "4:11: expected a map from names to values, got 5"),
    (
        "  feed: {public",
        "  all: {public",
        "5:3: expected a name other than 'all', which means every contact type",
    ),
    (
        "  feed: {public",
        "  a b: {public",
        "5:3: expected a name of up to 60 letters, digits, - and _, got 'a b'",
    ),
    (
        "  feed: {public",
        "  -x: {public",
        "5:3: expected a name that does not begin with -, got '-x'",
    ),
    (
        "title: Small",
        'title: "a\\u202Eb"',
        "2:8: expected one line of text of up to 200 characters, got 'a\\u202eb'; it holds U+202E, "
        "right-to-left override",
    ),
    # replies
    (
        "    shrinkage: 12%",
        "    replies: template\n    shrinkage: 12%",
        "35:5: expected a template of some contact type, got none; say there what it takes",
    ),
    (
        "    shrinkage: 12%",
        "    replies: robot\n    shrinkage: 12%",
        "35:14: expected personal or template, got 'robot'",
    ),
    (
        "    shrinkage: 12%",
        "    acknowledge_within: 5 min\n    shrinkage: 12%",
        "35:5: expected acknowledgement in every public contact type, got none in complaint; say there",
    ),
    (
        "    shrinkage: 12%",
        "    moves_to: {channel: feed, share: 60%}\n    shrinkage: 12%",
        "35:25: expected a private channel, got feed, which is public",
    ),
    (
        "    shrinkage: 12%",
        "    moves_to: {channel: feeds}\n    shrinkage: 12%",
        "35:25: expected one of the channels (feed), got 'feeds'",
    ),
    (
        "    silent: 30%",
        "    template: {handling: 0%}\n    silent: 30%",
        "16:26: expected a share from 1% to 100%, got '0%'",
    ),
    (
        "    handling: {by_team: {desk: {exponential: {mean: 5 min}}}}",
        "    handling: {constant: 5 min}\n    template: {handling: 50%, again: 50%}",
        "27:31: expected a conversation beside the template, got none; without one nobody writes again",
    ),
    # the audience
    (
        "feed: {public: true}",
        "feed: {public: false, network: instagram}",
        "5:25: expected public: true beside network, got public: false; on a private channel nobody reads",
    ),
    (
        "feed: {public: true}",
        "feed: {public: true, network: twitter}",
        "5:33: expected x, facebook or instagram, got 'twitter'",
    ),
    (
        "feed: {public: true}",
        "feed: {public: true, virality: {heat: 1}}",
        "5:41: expected off, or the tail of the heat: a number above 1 such as 1.5, got 1; with a tail of 1",
    ),
    (
        "service_levels:",
        "virality: {crisis_at: 100}\nservice_levels:",
        "38:23: expected a number of reshares from 50 on, such as 100 reshares, got 100; did you mean 100 r",
    ),
    (
        "service_levels:",
        "virality: {kernel: {exponential: {mean: 90 min}}, view_half_life: 1 h}\nservice_levels:",
        "38:51: expected view_half_life or a kernel with a time scale of its own, got both",
    ),
    (
        "service_levels:",
        "virality: {kernel: exponetial}\nservice_levels:",
        "38:20: expected long-tailed, exponential, or a map such as {exponential: {mean: 90 min}}, got",
    ),
    (
        "service_levels:",
        "virality: {kernel: {}}\nservice_levels:",
        "38:12: expected exactly one of exponential, power_law for a kernel, got none of them",
    ),
    (
        "service_levels:",
        "virality: {views: {per_minute: 20, growth: 3%}}\nservice_levels:",
        "38:44: expected a growth such as 3%/min or 20%/h, got '3%'",
    ),
    (
        "service_levels:",
        "virality: {views: {per_minute: 20, growth: 10%/min}}\nservice_levels:",
        "38:44: expected views that grow less over their life, got '10%/min'; at this growth it may",
    ),
    (
        "service_levels:",
        "virality: {views: {per_minute: 20}, seen_by: 5%}\nservice_levels:",
        "38:37: expected seen_by or views, got both; where so many views a minute are given, nothing",
    ),
    (
        "service_levels:",
        "virality: {trending: 500 reshares, views: {per_minute: 20}}\nservice_levels:",
        "38:12: expected trending or views, got both; where so many views a minute are given, nothing",
    ),
    (
        "service_levels:",
        "virality: {pile_on: 10%, views: {per_minute: 20}}\nservice_levels:",
        "38:12: expected pile_on or views, got both; where so many views a minute are given, nothing",
    ),
    (
        "service_levels:",
        "virality: {impatient: {after: 1 min, reshares: 50%}}\nservice_levels:",
        "38:48: expected a share from 100% to 300%, got '50%'",
    ),
    (
        "feed: {public: true}",
        "feed: {public: true, virality: {trending: 500 reshares}}",
        "5:35: expected trending in the virality of all, got in that of feed; it is about complaints",
    ),
    (
        "service_levels:",
        "measures: [{measure: trending_probability}]\nservice_levels:",
        "38:22: expected virality.trending, and a surge of a contact type that comes by a public",
    ),
    (
        "service_levels:",
        "virality: {crisis_at: 20 reshares}\nservice_levels:",
        "38:23: expected a number of reshares from 50 on, such as 100 reshares, got '20 reshares'",
    ),
    (
        "service_levels:",
        "virality: {reshared_at_least_once: 5%, reshares_of_a_complaint: 0.1}\nservice_levels:",
        "38:40: expected reshared_at_least_once or reshares_of_a_complaint, got both",
    ),
    (
        "service_levels:",
        "virality: {reshares_per_reshare: 0.5, answered: 250%}\nservice_levels:",
        "38:1: expected fewer than one further reshare of each reshare in every state of a complaint, got",
    ),
    (
        "service_levels:",
        "measures: [{measure: churn_cost}]\nservice_levels:",
        "38:22: expected a price in costs, lost_customer, got none",
    ),
    (
        "{public: true}",
        "{public: false}\nmeasures: [{measure: reshares}]",
        "6:22: expected a contact type that comes by a public channel, got none",
    ),
    (
        "service_levels:",
        "measures: [{measure: crises_per_year_if_reshares_end, days: mon}]\nservice_levels:",
        "38:22: expected neither hours nor days beside crises_per_year_if_reshares_end, which is given in",
    ),
    (
        "service_levels:",
        "virality: {seen_by: 0.05}\nservice_levels:",
        "38:21: expected a share from 0% to 100%, got 0.05; a share has a percent sign; did you mean 5%?",
    ),
    (
        "service_levels:",
        "costs: {lost_customer: 100}\nservice_levels:",
        "38:24: expected money such as 600_000 IDR, got 100; a bare number has no currency",
    ),
    (
        "service_levels:",
        "costs: {lost_customer: 100 EUR/h}\nservice_levels:",
        "38:24: expected money such as 600_000 IDR, got '100 EUR/h'",
    ),
    (
        "service_levels:",
        "costs: {crisis: 100 USD}\nservice_levels:",
        "38:17: expected costs in one currency, EUR as in desk, got '100 USD'",
    ),
    (
        "service_levels:",
        "costs: {churn_unanswered: 15%}\nservice_levels:",
        "38:9: expected lost_customer beside churn_unanswered, got none; a share of customers costs what",
    ),
    (
        "    silent: 30%",
        "    silent: 30%\n    vips: {share: 0.1%}",
        "17:5: expected the key 'followers', got vips without it",
    ),
    (
        "shrinkage: 12%",
        "routing: {ahead: [{tags: press}]}",
        "35:30: expected a tag of some contact type, of which there is none, got 'press'",
    ),
    # the clock
    ("days: 2", "days: two", "3:34: expected a number of days from 1 to 3_660, got 'two'"),
    ("days: 2", "days: 0", "3:34: expected a number of days from 1 to 3_660, got 0"),
    ("days: 2", "days: 2.5", "3:34: expected a number of days from 1 to 3_660, got 2.5"),
    ("start: 2026-01-05", "start: 05.01.2026", "3:16: expected a date such as 2026-11-23, got '05.01.2026'"),
    ("start: 2026-01-05", "start: 2026-02-30", "3:16: expected a date of the calendar, got '2026-02-30'"),
    (
        "timezone: UTC",
        "timezone: Asia/Jakata",
        "3:47: expected a time zone such as Asia/Jakarta, got 'Asia/Jakata'",
    ),
    ("timezone: UTC", "timezone: Europe", "3:47: expected a time zone such as Asia/Jakarta, got 'Europe'"),
    ("timezone: UTC", "timezone: ../UTC", "3:47: expected a time zone such as Asia/Jakarta, got '../UTC'"),
    ("timezone: UTC", "interval: 7 min", "3:47: expected an interval of whole minutes that divides the day"),
    (
        "timezone: UTC",
        "interval: 30",
        "3:47: expected a duration above zero such as 15 min, got 30; a bare number",
    ),
    ("timezone: UTC", "warm_up: 12 h", "3:46: expected a warm-up of whole days, such as 1 day, got '12 h'"),
    (
        "timezone: UTC",
        "open: 08:00-20:00",
        "3:43: expected a map from weekdays to windows, such as {mon-fri: 08:00–20:00, sat: [09:00–12:00, "
        "13:00–16:00]}, got '08:00-20:00'; write {daily: 08:00-20:00}",
    ),
    ("timezone: UTC", "open: {}", "3:37: expected a map from weekdays to windows"),
    (
        "timezone: UTC",
        "open: {Monday: 08:00–20:00}",
        "3:44: expected daily, a weekday such as sat or a range such as mon-fri, got 'Monday'; did you mean "
        "'mon'?",
    ),
    (
        "timezone: UTC",
        "open: {mon-fri: 08:00–20:00, fri: 08:00–16:00}",
        "3:66: expected each weekday once, got 'fri'",
    ),
    (
        "timezone: UTC",
        "open: {mon: 8 to 20}",
        "3:49: expected a window of the day such as 08:00–20:00, got '8 to 20'; or the word closed",
    ),
    (
        "timezone: UTC",
        "open: {mon: 08:00–25:00}",
        "3:49: expected a window of the day such as 08:00–20:00, got '08:00–25:00'",
    ),
    (
        "timezone: UTC",
        "open: {mon: 8-20}",
        "3:49: expected a window of the day such as 08:00–20:00, got '8-20'; did you mean 08:00–20:00?",
    ),
    (
        "timezone: UTC",
        f"open: {{mon: [{', '.join(['08:00–09:00'] * 51)}]}}",
        "3:44: expected at most 50 windows, got 51",
    ),
    ("timezone: UTC", "open: {mon: 8}", "3:49: expected a window of the day such as 08:00–20:00, got 8"),
    (
        "timezone: UTC",
        "open: {mon: 08:00–08:00}",
        "3:49: expected a window whose end differs from its beginning, got '08:00–08:00'; for a whole day "
        "write 00:00–24:00",
    ),
    (
        "timezone: UTC",
        "open: {sat: [09:00–12:00, 11:00–16:00]}",
        "3:63: expected windows that do not overlap, got 11:00–16:00 beside another",
    ),
    (
        "timezone: UTC",
        "open: {sun: 20:00–04:00, mon: 03:00–08:00}",
        "3:67: expected windows that do not overlap, got 03:00–08:00 beside another",
    ),
    ("timezone: UTC", "open: {daily: closed}", "3:37: expected at least one window, got a week without any"),
    (
        "public: true",
        "public: true, open: {sat: []}",
        "5:24: expected at least one window, got a week without any",
    ),
    (
        "90%}",
        "90%, hours: open}",
        "39:75: expected opening hours of complaint, got none; write clock: {open: {mon-fri: 08:00–20:00}},",
    ),
    ("90%}", "90%, hours: opening}", "39:75: expected all or open, got 'opening'; did you mean 'open'?"),
    # words and references
    ("public: true", "public: yes", "5:18: expected true or false, got 'yes'; did you mean true?"),
    (
        "channel: feed",
        "channel: fead",
        "8:14: expected one of the channels (feed), got 'fead'; did you mean 'feed'?",
    ),
    ("channel: feed", "channel: [feed]", "8:5: expected a name, got a list of 1"),
    (
        "channel: feed",
        "chanel: feed",
        "8:5: expected a key of a contact type, got 'chanel'; did you mean 'channel'?",
    ),
    (
        "needs: [network]",
        "needs: network",
        "9:12: expected a list of at least one name, got 'network'; write [n",
    ),
    ("needs: [network]", "needs: []", "9:5: expected a list of at least one name, got an empty list"),
    ("needs: [network]", "needs: [netwrok]", "9:13: expected a skill of some team (network, billing, radio)"),
    (
        "needs: [network]",
        "needs: [network, radio]",
        "9:5: expected skills that one team has together, got network",
    ),
    ("needs: [network]", "needs: [network, network]", "9:22: expected each name once, got 'network'"),
    (
        "to: radio",
        "to: radios",
        "22:21: expected a skill of some team (network, billing, radio), got 'radios'; did",
    ),
    (
        "    silent: 30%",
        "    teams: [dsk]\n    silent: 30%",
        "16:13: expected one of the teams (desk, engineers), got",
    ),
    (
        "contacts: complaint,",
        "contacts: complain,",
        "39:16: expected one of the contact types (complaint, question)",
    ),
    # arrivals
    ("00:00: 8,", "00:00: -8,", "11:25: expected a number from 0 to 100_000_000, got -8"),
    ("00:00: 8,", "00:00: .nan,", "11:25: expected a number from 0 to 100_000_000, got '.nan'"),
    ("00:00: 8,", "00:00: .inf,", "11:25: expected a number from 0 to 100_000_000, got '.inf'"),
    ("00:00: 8,", "00:00: 1e999,", "11:25: expected a number from 0 to 100_000_000, got 1e999"),
    ("00:00: 8,", "25:00: 8,", "11:18: expected a time of day from 00:00 to 24:00, got '25:00'"),
    (
        "00:00: 8,",
        "19:00: 8,",
        "11:28: expected each key once, got '19:00' again; it stands on line 11 already",
    ),
    (
        "00:00: 8,",
        "7:00: 1, 07:00: 8,",
        "11:27: expected each time of day once, got '07:00'; '7:00' is the same",
    ),
    (CURVE, "per_hour: {}", "11:7: expected a map from times of day to numbers, got an empty map"),
    (
        CURVE,
        "",
        "10:5: expected exactly one of per_hour, per_minute, per_second, per_day, per_week, steps",
    ),
    (CURVE, "per_day: 5, per_minute: 3", "11:29: expected one value, got a second ': '"),
    (CURVE, f"per_day: 5\n      {CURVE}", "10:5: expected exactly one of per_hour, per_minute"),
    (
        CURVE,
        "steps: {per_hour: {08:00: 3}}",
        "11:26: expected steps that begin at 00:00, got 08:00 as the first",
    ),
    (CURVE, "steps: {per_hour: {00:00: 3, 24:00: 1}}", "11:36: expected a time of day from 00:00 to 23:59"),
    (
        CURVE,
        "per_interval: [1, 2, 3, 4, 5, 6, 7]",
        "11:7: expected a list of contacts in each interval of the day",
    ),
    (CURVE, "per_interval: [1, x]", "11:25: expected a number from 0 to 100_000_000, got 'x'"),
    (
        "sat: 120%",
        "sat: 1.2",
        "12:23: expected a share from 0% to 10000%, got 1.2; a share has a percent sign; did you",
    ),
    ("sat: 120%", "saturday: 120%", "12:18: expected a weekday such as sat or a range such as mon-fri"),
    ("sat: 120%", "mon-sat: 1%, sat: 120%", "12:31: expected each weekday once, got 'sat'"),
    (
        CURVE,
        "per_hour: {day 1 08:00: 5, 19:00: 9}",
        "11:34: expected times of any day, or times on days such as day 2 19:00, not both, got '19:00'",
    ),
    (
        CURVE,
        "per_minute: {day 0 08:00: 5}",
        "11:20: expected a day from 1 to 3_660, got 'day 0 08:00'",
    ),
    (
        CURVE,
        "steps: {per_hour: {day 1: 5}}",
        "11:26: expected a time on a day such as day 2 19:00, from day 1 00:00, got 'day 1'; write day 1",
    ),
    (
        CURVE,
        "per_hour: {day 1 24:00: 5, day 2 00:00: 6}",
        "11:34: expected each time once, got 'day 2 00:00'; 'day 1 24:00' is the same",
    ),
    (
        "weekdays: {sat: 120%}",
        "scale: {18:00-25:00: 150%}",
        "12:15: expected a window of the day such as 08:00–20:00, got '18:00-25:00'",
    ),
    (
        "weekdays: {sat: 120%}",
        "scale: {18:00–18:00: 150%}",
        "12:15: expected a window whose end differs from its beginning, got '18:00–18:00'; for a whole day",
    ),
    (
        "weekdays: {sat: 120%}",
        "scale: {saturday: 150%}",
        "12:15: expected a window such as 18:00–22:00, days such as sat or day 2, or both as in sat "
        "18:00–22:00, got 'saturday'; did you mean 'sat'?",
    ),
    (
        "weekdays: {sat: 120%}",
        "scale: {sat: 1.5}",
        "12:20: expected a share from 0% to 100000%, got 1.5; a share has a percent sign; did you mean 150%?",
    ),
    (
        "weekdays: {sat: 120%}",
        "scale: {18:00–22:00: 150%, 18:00 - 22:00: 120%}",
        "12:34: expected each part of the days once, got '18:00 - 22:00'; it is the same as 18:00–22:00",
    ),
    ("weekdays: {sat: 120%}", "scale: {}", "12:7: expected a share such as 110%, or a map from parts of the"),
    (
        f"{CURVE}\n      weekdays: {{sat: 120%}}",
        "per_week: 700\n      weekdays: {daily: 0%}",
        "12:18: expected a weekday such as sat or a range such as mon-fri, got 'daily'",
    ),
    (
        f"{CURVE}\n      weekdays: {{sat: 120%}}",
        "per_week: 700\n      weekdays: {mon-sun: 0%}",
        "12:7: expected a weekday above 0% for the contacts of a week, got a map with the key mon-sun",
    ),
    ("chance: 15%", "chance: 150%", "14:45: expected a share from 0% to 100%, got '150%'"),
    (
        "chance: 15%",
        "chance: 0.15",
        "14:45: expected a share from 0% to 100%, got 0.15; a share has a percent",
    ),
    (
        "times: 4",
        "times: -4",
        "14:57: expected a number such as 1.2 or a share such as 120%, from 0 to 1_000, got -4",
    ),
    (
        "hold: 45 min",
        "hold: 45 m",
        "14:66: expected a duration such as 15 min, got '45 m'; m is no unit here; units",
    ),
    (
        "hold: 45 min",
        "hold: 45",
        "14:66: expected a duration such as 15 min, got 45; a bare number has no unit; units",
    ),
    ("hold: 45 min", "hold: -45 min", "14:66: expected a duration of zero or more, got '-45 min'"),
    ("shape: bank-calls-us-2003", "shape: bank-calls-us-2004", "25:37: expected a built-in profile (airline"),
    ("shape: bank-calls-us-2003", "shape: [1, 2]", "25:30: expected 24, 48 or 96 weights, one for each hour"),
    (
        "shape: bank-calls-us-2003",
        "shape: {csv: none.csv, column: a}",
        "25:43: expected a CSV file, but there is no",
    ),
    (
        "per_day: 200,",
        "per_hour: 3,",
        "25:29: expected a shape only together with per_day or per_week, got one with per_hour",
    ),
    (
        "per_day: 200, shape: bank-calls-us-2003",
        "trace: a.csv",
        "25:5: expected the key 'column', the column of",
    ),
    # laws
    ("mean: 3 h", "mean: 0 h", "15:36: expected a mean above zero, got '0 h'"),
    (
        PATIENCE,
        "{exponential: 3 h}",
        "15:29: expected an exponential law, a map with the key mean, got '3 h'",
    ),
    (
        PATIENCE,
        "{exponentail: {mean: 3 h}}",
        "15:16: expected a key of patience, got 'exponentail'; did you mean",
    ),
    (PATIENCE, "3 h", "15:15: expected patience, a map with the keys constant, exponential, lognormal"),
    (
        PATIENCE,
        "{}",
        "15:5: expected exactly one of constant, exponential, lognormal, gamma, weibull, uniform, empirical",
    ),
    (
        f"    patience: {PATIENCE}\n",
        "",
        "15:5: expected a law of patience beside silent, got none; only those whose",
    ),
    (SPREAD, "{median: 6 min, p99: 5 min}", "17:48: expected a p99 above the median, got '5 min'"),
    (
        SPREAD,
        "{mean: 6 min}",
        "17:16: expected mean and cv, or mean or median with one of p90, p95, p99, got mean",
    ),
    (
        SPREAD,
        "{mean: 6 min, p90: 2 days}",
        "17:46: expected a p90 at most 2.27 times the mean, which no lognormal",
    ),
    (
        SPREAD,
        "{mean: 6 min, cv: 0}",
        "17:45: expected a number such as 1.2 or a share such as 120%, from 0.001",
    ),
    (
        "{constant: 4 min}",
        "{uniform: {from: 4 min, to: 4 min}}",
        "21:45: expected an end above the beginning",
    ),
    (
        "{constant: 4 min}",
        "{empirical: {csv: a.csv, column: b}}",
        "21:18: expected the key 'unit', got an empirical",
    ),
    ("again: 43%", "again: 96%", "19:14: expected a share from 0% to 95%, got '96%'"),
    ("to: radio, chance: 8%", "chance: 8%", "22:5: expected the key 'to', got an escalation without it"),
    # teams
    (
        "by_team: {desk:",
        "by_team: {dsk:",
        "26:26: expected one of the teams (desk, engineers), got 'dsk'; did you",
    ),
    (
        "billing: 100%",
        "billing: 90%",
        "26:26: expected a team whose speed at billing is 100%, got 'desk' with 90%",
    ),
    (
        "{radio: 100%}",
        "{radio: 100%, billing: 100%}",
        "26:16: expected a law for each team that may serve question",
    ),
    (
        "cost: 60 EUR/h",
        "cost: 60 IDR/h",
        "29:44: expected costs in one currency, EUR as in desk, got '60 IDR/h'",
    ),
    (
        "cost: 60 EUR/h",
        "cost: 60",
        "29:44: expected money an hour such as 45_000 IDR/h, got 60; a bare number has no",
    ),
    (
        "    silent: 30%",
        "    waiting_cost: 12 IDR/h\n    silent: 30%",
        "16:19: expected costs in one currency, EUR as in desk, got '12 IDR/h'",
    ),
    (
        "    silent: 30%",
        "    waiting_cost: 12 EUR\n    silent: 30%",
        "16:19: expected money an hour such as 45_000 IDR/h, got '12 EUR'",
    ),
    ("cost: 60 EUR/h", "cost: 60 €/h", "29:44: expected money an hour such as 45_000 IDR/h, got '60 €/h'"),
    ("skills: {radio: 100%}", "skills: {}", "29:15: expected at least one entry, got an empty map"),
    (
        "skills: {radio: 100%}",
        "skills: [radio]",
        "29:15: expected a map from names to values, got a list of 1",
    ),
    ("radio: 100%", "radio: 0%", "29:31: expected a speed above 0% to 10000%, got '0%'"),
    # plans
    (
        "to: 17:00",
        "to: 08:00",
        "33:39: expected an end that differs from the beginning, got '08:00'; for a whole day",
    ),
    (
        "at: 12:00",
        "at: 16:30",
        "33:66: expected a break inside its shift, from 08:00 to 17:00, got one from 16:30",
    ),
    (
        BREAKS,
        BREAKS[:-1] + ", {at: 12:30, for: 1 h}]",
        "33:89: expected breaks that do not overlap, got one from",
    ),
    (
        "team: desk, from",
        "team: desc, from",
        "33:16: expected one of the teams (desk, engineers), got 'desc'; did",
    ),
    (
        "days: mon-fri",
        "days: mon-fry",
        "34:33: expected daily, a weekday such as sat, a range such as mon-fri",
    ),
    ("agents: 5", "agents: -5", "33:54: expected a number of agents from 0 to 100_000, got -5"),
    ("agents: 5", "agents: five", "33:54: expected a number of agents from 0 to 100_000, got 'five'"),
    (
        "shrinkage: 12%",
        "shrinkage: 0.12",
        "35:16: expected a share from 0% to 100%, got 0.12; a share has a percent",
    ),
    ("shrinkage: 12%", "like: tuday", "35:11: expected one of the other plans (level), got 'tuday'"),
    (
        "shrinkage: 12%",
        "like: today",
        "35:11: expected a plan that is not like itself, got a circle: today → today",
    ),
    (
        "shrinkage: 12%",
        "routing: {order: newst}",
        "35:22: expected first-come, deadline, newest, followers, audience, or {priority",
    ),
    (
        "shrinkage: 12%",
        "routing: {order: priority}",
        "35:22: expected first-come, deadline, newest, followers, audience, or {priority",
    ),
    (
        "shrinkage: 12%",
        "routing: {order: {priority: [complain]}}",
        "35:34: expected one of the contact types",
    ),
    (
        "shrinkage: 12%",
        "routing: {agents: fast}",
        "35:23: expected longest-idle, most-specialised, fastest or random, got",
    ),
    (
        "shrinkage: 12%",
        "at_shift_end: drp",
        "35:19: expected finish or drop, got 'drp'; did you mean 'drop'?",
    ),
    (
        "shrinkage: 12%",
        "headcount: {desk: 4}",
        "35:17: expected shifts or a headcount for desk in plan today, got",
    ),
    (
        "shrinkage: 12%",
        "headcount: {desk: {24:00: 4}}",
        "35:24: expected a time of day from 00:00 to 23:59, got",
    ),
    ("shrinkage: 12%", "add: []", "35:5: expected shifts, or add to those of another plan, got both"),
    (
        "  level:\n",
        "  level:\n    at_shift_end: drop\n",
        "37:5: expected shifts in a plan with at_shift_end: drop",
    ),
    (
        "engineers: 1}",
        "}",
        "36:3: expected somebody of engineers on duty in plan level, for the skill radio of compl",
    ),
    (
        "{08:00: 5, 22:00: 2}, engineers: 1",
        "0",
        "36:3: expected somebody on duty in plan level, got nobody in any",
    ),
    (
        "shrinkage: 12%",
        "shrinkage: 100%",
        "35:5: expected somebody on duty in plan today, got nobody with a shrinkage of 100%",
    ),
    (
        "    headcount: {desk: {08:00: 5, 22:00: 2}, engineers: 1}",
        "    {headcount: {desk: 5, engineers: 1}, shrinkage: 100%}",
        "37:42: expected somebody on duty in plan level, got nobody with a shrinkage of 100%",
    ),
    (
        "agents: 1}",
        "agents: 1, breaks: [{at: 22:00, for: 3 h}, {at: 01:00, for: 5 h}]}",
        "34:77: expected somebody of engineers on duty in plan today, for the skill radio of complaint, got "
        "nobody with breaks as long as the shift",
    ),
    ("  level:", "  today:", "36:3: expected each key once, got 'today' again; it stands on line 31 already"),
    (
        "shrinkage: 12%",
        "premium: [{days: sat, pay: 50%}]",
        "35:32: expected a share from 100% to 1000%, got '50%'",
    ),
    ("shrinkage: 12%", "premium: [{days: sat}]", "35:15: expected the key 'pay', got a premium without it"),
    (
        "shrinkage: 12%",
        "premium: [{from: 22:00, to: 22:00, pay: 150%}]",
        "35:33: expected an end that differs from the beginning, got '22:00'; leave from and to out for the",
    ),
    (
        "shrinkage: 12%",
        f"premium: [{', '.join(['{pay: 150%}'] * 101)}]",
        "35:5: expected at most 100 entries, got a list of 101",
    ),
    ("shrinkage: 12%", "premium: 150%", "35:14: expected a list, got '150%'"),
    # promises and the experiment
    (
        "contacts: complaint,",
        "contacts: [],",
        "39:6: expected a list of at least one name, got an empty list",
    ),
    (
        "first_reply_within: 15",
        "first_reply_in: 15",
        "39:27: expected a key of a service level, got 'first_reply_in'",
    ),
    (
        "target: 90%",
        "target: 90%, short: 3 s",
        "39:75: expected definition: without_short_abandons beside short, got definition: of_all; without it "
        "nobody is left out, however soon they leave",
    ),
    (
        "first_reply_within: 15 min",
        "first_reply_within: 0 s",
        "39:47: expected a duration above zero such as 15",
    ),
    (
        "first_reply_within: 15 min, ",
        "",
        "39:5: expected exactly one of first_reply_within, answered_within for a",
    ),
    (
        "90%}",
        "90%}\n  - {contacts: all, first_reply_within: 15 min}",
        "40:5: expected promises of different names",
    ),
    ("seed: 7", "seed: -7", "40:38: expected a whole number from 0 to 1_000_000_000_000, got -7"),
    ("seed: 7", "confidence: 100%", "40:44: expected a share from 50% to below 100%, got '100%'"),
    # measures asked for
    *(
        (
            "experiment: {rep",
            f"measures: [{asked}]\nexperiment: {{rep",
            message,
        )
        for asked, message in (
            ("{measure: queues}", "40:22: expected a measure, got 'queues'; did you mean 'queue'?"),
            ("{measure: queue, hours: 18:00–22:00}", "40:29: expected a key of a measure asked for"),
            ("{measure: queue, window: 18:00}", "40:37: expected a window of the day such as 08:00–20:00"),
            ("{measure: queue, window: 8–12, at: 9:00}", "40:37: expected a window of the day such as 08:00"),
            (
                "{measure: queue, window: 08:00–12:00, at: 09:00}",
                "40:50: expected a window or an instant, got both",
            ),
            (
                "{measure: contacts, at: 09:00}",
                "40:22: expected a measure that has a value at an instant (queue, in_hand, present, ",
            ),
            ("{measure: queue_at}", "40:12: expected the key 'at', got queue_at without it; as in at: 19:30"),
            (
                "{measure: answer_p90, steps: later}",
                "40:22: expected a measure of waiting beside steps, got 'answer_p90'; steps are told apart",
            ),
            ("{measure: queue, steps: last}", "40:36: expected first, later or all, got 'last'"),
            ("{measure: queue, days: weekend}", "40:35: expected daily, a weekday such as sat, a range such"),
            ("{measure: queue, days: [mon, fry]}", "40:41: expected daily, a weekday such as sat, a range"),
            (
                "{measure: queue, days: day 3}",
                "40:35: expected days that are measured, 2026-01-05 to 2026-01-06",
            ),
            (
                "{measure: queue, team: desk}",
                "40:29: expected no team beside queue, which is given by contacts",
            ),
            ("{measure: queue, contacts: complain}", "40:39: expected one of the contact types (complaint, "),
            (
                "{measure: occupancy, team: dsk}",
                "40:39: expected one of the teams (desk, engineers), got 'dsk'",
            ),
            (
                "{measure: service_level, promise: badge}",
                "40:46: expected one of the service levels (first reply within 15 min), got 'badge'",
            ),
        )
    ),
    # YAML itself
    (
        "    silent: 30%\n",
        "\tsilent: 30%\n",
        "16:1: expected spaces, got a tab; YAML is indented with spaces",
    ),
    (
        "    silent: 30%\n",
        "   silent: 30%\n",
        "16:4: expected the indentation of the lines above, got another",
    ),
    ("title: Small", "title: a: b", "2:9: expected one value, got a second ': '; indent a map below its key"),
    ("title: Small", "title: 'Small", "2:8: expected a closing quote, got the end of the file"),
    ("title: Small", 'title: "\\q"', "2:10: expected a known escape after \\, got 'q'"),
    ("title: Small", "title: @x", "2:8: expected a value, got '@'; put text that begins with it in quotes"),
    ("[network]", "[network", "10:13: expected ',' or ']', got ':'; the bracket opens on line 9"),
    ("title: Small", "title", "3:1: expected ': ' after a key, got the end of its line"),
    (
        "title: Small",
        "title: - a",
        "2:8: expected a value, got a list entry; begin the list on a line of its own",
    ),
    ("title: Small", "title: *x", "2:8: expected an anchor &x before the alias *x, got none"),
    ("title: Small", "title: &x [*x]", "2:12: expected a value, got the alias *x inside what it stands for"),
    ("title: Small", "title: !!python/name:os x", "2:8: expected a plain value, got the tag"),
    ("title: Small", "<<: {a: 1}\ntitle: Small", "2:1: expected a key, got '<<'; there are no merge keys"),
    ("title: Small", "title: Small\n---\nsimcare: 1", "3:1: expected one document, got a second"),
    ("title: Small", "? [a, b]\n: c\ntitle: Small", "2:3: expected a word as key, got a list of 2"),
    (
        "feed: {public: true}",
        "feed: {public: true, virality: {pile_on: 120%}}",
        "5:44: expected a share from 0% to 100%, got '120%'",
    ),
    (
        "service_levels:",
        "virality: {pile_on: 10%, trending: 500 reshares}\nservice_levels:",
        "38:12: expected pile_on without trending, or trending without it, got both; how many reshares an "
        "incident gets is not known where reshares are complaints themselves",
    ),
    (
        "service_levels:",
        "measures: [{measure: piled_on}]\nservice_levels:",
        "38:22: expected virality.pile_on of a contact type that comes by a public channel, got none",
    ),
    ("title: Small", "title: a\0b", "2:9: expected text, got the control character U+0000"),
]

# ten values, ten times repeated, nine times over
BOMB = b"a: &a [1,1,1,1,1,1,1,1,1,1]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 10)) for i in range(9)
)
