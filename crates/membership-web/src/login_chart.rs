//! Logins set up over time, with the rounds marked (S4.6): a drawing of lines, and the same figures as a table.

use membership_core::report::Days;
use membership_core::service::LoginReport;
use time::{Date, OffsetDateTime};

use crate::words::Words;

/// The drawing's size, and the place in it where the line runs: units of the drawing, which is scaled to the page.
const WIDTH: f64 = 420.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 412.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 172.0;
/// How far apart two numbers of rounds must be to be read.
const APART: f64 = 15.0;

/// A drawing, and the table below it.
pub(crate) struct LoginChart {
    /// What the drawing shows, in one sentence.
    pub told: String,
    /// The line, from the first day to the last one.
    pub line: String,
    /// The area below it.
    pub area: String,
    /// Lines across, each at its height and with its number.
    pub heights: Vec<(String, String)>,
    /// The first and the last day.
    pub ends: (String, String),
    pub marks: Vec<Mark>,
    /// How many had a login before.
    pub before: u64,
    pub periods: Vec<Period>,
}

/// A round in the drawing.
pub(crate) struct Mark {
    /// How far to the right.
    pub x: String,
    /// Its number, where there is room for it.
    pub number: Option<u32>,
    pub told: String,
}

/// A line of the table.
pub(crate) struct Period {
    pub when: String,
    pub set_up: u64,
    pub total: u64,
    /// The rounds that were started in it.
    pub rounds: String,
}

impl LoginChart {
    /// The drawing of a report; `None` if there is nothing to draw: no login, and no round.
    pub(crate) fn of(words: Words, report: &LoginReport) -> Option<Self> {
        let LoginReport { days, logins, rounds, .. } = report;
        let total = logins.on.iter().fold(logins.before, |total, (_, set_up)| total.saturating_add(*set_up));
        if total == 0 && rounds.is_empty() {
            return None;
        }
        let most = round_number(total);
        let line = line(*days, (logins.before, most), &logins.on);
        let ends = (words.date(days.from()), words.date(midnight(days.last())));
        let span = words.t2("report-span", ("from", &ends.0), ("to", &ends.1));
        Some(Self {
            told: words.t2("report-told", ("span", span), ("logins", words.n("report-logins", total))),
            area: format!("{line}V{BOTTOM}H{LEFT}Z"),
            line,
            heights: heights(words, most),
            marks: marks(words, report),
            before: logins.before,
            periods: periods(words, report),
            ends,
        })
    }
}

/// The line goes up at the end of each day on which a login was set up.
fn line(days: Days, (mut total, most): (u64, u64), on: &[(u16, u64)]) -> String {
    let mut line = format!("M{LEFT} {}", height(total, most));
    for (after, set_up) in on {
        total = total.saturating_add(*set_up);
        let at = LEFT + (RIGHT - LEFT) * (f64::from(*after) + 1.0) / f64::from(days.count());
        line.push_str(&format!("H{}V{}", units(at), height(total, most)));
    }
    line.push_str(&format!("H{RIGHT}"));
    line
}

fn heights(words: Words, most: u64) -> Vec<(String, String)> {
    let half = most.checked_div(2).filter(|half| 0 < *half && most.is_multiple_of(2));
    let numbers = [Some(0), half, Some(most)];
    numbers.into_iter().flatten().map(|number| (height(number, most), words.number(number))).collect()
}

fn marks(words: Words, report: &LoginReport) -> Vec<Mark> {
    let (from, to) = (report.days.from(), report.days.to());
    let mut free_from = f64::MIN;
    let mark = |it: &membership_core::roster::Round| {
        let part = (it.started_at - from).as_seconds_f64() / (to - from).as_seconds_f64();
        let x = LEFT + (RIGHT - LEFT) * part.clamp(0.0, 1.0);
        let has_room = free_from <= x;
        if has_room {
            free_from = x + APART;
        }
        let title = words.t1("round-number", "number", it.number);
        let told = format!("{title}: {}, {}", words.moment(it.started_at), words.n("round-mailed", it.mailed));
        Mark { x: units(x), number: has_room.then_some(it.number), told }
    };
    report.rounds.iter().map(mark).collect()
}

/// Days if they are few, weeks otherwise; those in which nothing happened are left out.
fn periods(words: Words, report: &LoginReport) -> Vec<Period> {
    let LoginReport { days, logins, rounds, .. } = report;
    let length: u16 = if days.count() <= 31 { 1 } else { 7 };
    let mut total = logins.before;
    let mut periods = Vec::new();
    let mut first = 0;
    while let Some(from) = days.nth(first) {
        let next = first.saturating_add(length);
        let is_in = |after: u16| (first..next).contains(&after);
        let set_up = logins.on.iter().filter(|(after, _)| is_in(*after)).map(|(_, set_up)| set_up).sum();
        total = total.saturating_add(set_up);
        let started = rounds.iter().filter(|it| days.position(it.started_at).is_some_and(is_in));
        let rounds: Vec<_> = started.map(|it| it.number.to_string()).collect();
        first = next;
        if set_up == 0 && rounds.is_empty() {
            continue;
        }
        let last = days.nth(next.min(days.count()).saturating_sub(1)).unwrap_or(from);
        let (from, last) = (words.date(midnight(from)), words.date(midnight(last)));
        let when = if from == last { from } else { words.t2("report-span", ("from", from), ("to", last)) };
        periods.push(Period { when, set_up, total, rounds: rounds.join(", ") });
    }
    periods
}

/// Where a number of logins is, from the top.
fn height(number: u64, most: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a place in a drawing, to a tenth of a unit")]
    let part = number as f64 / most.max(1) as f64;
    units(BOTTOM - (BOTTOM - TOP) * part)
}

/// A place in the drawing, to a tenth of a unit.
fn units(at: f64) -> String {
    format!("{:.1}", at.clamp(0.0, WIDTH))
}

/// The next of 1, 2, 5, 10, 20, 50 and so on.
fn round_number(at_least: u64) -> u64 {
    let mut power: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let number = power.saturating_mul(factor);
            if at_least <= number {
                return number;
            }
        }
        let Some(next) = power.checked_mul(10) else { return u64::MAX };
        power = next;
    }
}

fn midnight(day: Date) -> OffsetDateTime {
    day.midnight().assume_utc()
}

#[cfg(test)]
mod tests {
    use membership_core::id::{MemberId, RoundId};
    use membership_core::language::Language;
    use membership_core::report::LoginsByDay;
    use membership_core::roster::{Audience, LeftOutCounts, Round};
    use time::macros::datetime;

    use super::*;

    const WORDS: Words = Words { language: Language::English };

    fn report(before: u64, on: &[(u16, u64)], days: u16) -> LoginReport {
        LoginReport {
            members: 9,
            with_login: 4,
            never_signed_in: 1,
            days: Days::until(datetime!(2026-03-10 12:00 UTC), days),
            logins: LoginsByDay { before, on: on.to_vec() },
            rounds: Vec::new(),
            rounds_left_out: 0,
        }
    }

    fn round(number: u32, started_at: OffsetDateTime) -> Round {
        Round {
            id: RoundId(uuid::Uuid::from_u128(u128::from(number))),
            number,
            audience: Audience::Matching { text: None, role: None, group: None, invited: None },
            started_by: MemberId(uuid::Uuid::nil()),
            starter: "Ada".to_owned(),
            started_at,
            moved_at: started_at,
            finished_at: Some(started_at),
            chunks: 1,
            after: None,
            mailed: 3,
            left_out: LeftOutCounts::new(),
            version: 1,
        }
    }

    #[test]
    fn s4_6_nothing_is_drawn_of_nothing() {
        assert!(LoginChart::of(WORDS, &report(0, &[], 30)).is_none());
    }

    #[test]
    fn s4_6_one_login_is_one_step() {
        let chart = LoginChart::of(WORDS, &report(0, &[(9, 1)], 10)).unwrap();
        assert_eq!(chart.line, "M40 172.0H412.0V22.0H412");
        assert_eq!(chart.area, "M40 172.0H412.0V22.0H412V172H40Z");
        let numbers: Vec<_> = chart.heights.iter().map(|(_, number)| &**number).collect();
        assert_eq!(numbers, ["0", "1"], "there is no half of a login");
        assert_eq!((chart.periods.len(), chart.periods[0].set_up, chart.periods[0].total), (1, 1, 1));
        assert_eq!(chart.periods[0].when, "10 March 2026");
    }

    #[test]
    fn s4_6_the_table_has_the_figures_of_the_line() {
        let mut many = report(2, &[(0, 3), (6, 1), (7, 4), (89, 10)], 90);
        let first = many.days.from();
        let hours = [0, 1, 24 * 45].map(time::Duration::hours);
        many.rounds = (1..).zip(hours).map(|(number, after)| round(number, first + after)).collect();
        let chart = LoginChart::of(WORDS, &many).unwrap();
        assert_eq!((chart.before, chart.periods.len()), (2, 4), "four weeks in which something happened");
        let sums: Vec<_> = chart.periods.iter().map(|it| (it.set_up, it.total)).collect();
        assert_eq!((sums[0], sums[1], sums[2], sums[3]), ((4, 6), (4, 10), (0, 10), (10, 20)));
        assert_eq!((&*chart.periods[0].rounds, &*chart.periods[2].rounds), ("1, 2", "3"));
        let numbers: Vec<_> = chart.marks.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [Some(1), None, Some(3)], "two numbers are not written over each other");
        assert_eq!((&*chart.marks[0].x, &*chart.marks[2].x), ("40.0", "226.0"));
        assert!(chart.line.starts_with("M40 157.0H44.1V134.5") && chart.line.ends_with("V22.0H412"), "{}", chart.line);
        assert!(chart.told.contains("20"), "{}", chart.told);
    }

    #[test]
    fn heights_end_at_a_round_number() {
        let numbers = [(0, 1), (1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (20_000, 20_000), (20_001, 50_000)];
        for (at_least, number) in numbers {
            assert_eq!(round_number(at_least), number, "{at_least}");
        }
        assert_eq!(round_number(u64::MAX), u64::MAX);
    }
}
