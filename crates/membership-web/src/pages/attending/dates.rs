//! Days and times of day as forms send them and pages show them. They are in UTC, and every field says so.

use membership_core::input::InvalidInput;
use membership_core::program::{Phase, Session};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

use crate::words::Words;

const MINUTES: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]");
const SECONDS: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");

/// A time as a field of kind `datetime-local` holds it.
pub(crate) fn typed_time(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).format(MINUTES).unwrap_or_default()
}

/// The same to the second, whatever stands there at present; nothing for a time with parts of one.
pub(crate) fn exact_time(at: OffsetDateTime) -> Option<String> {
    let at = at.to_offset(UtcOffset::UTC);
    if at.nanosecond() == 0 { at.format(SECONDS).ok() } else { None }
}

/// The time that such a field sends.
///
/// # Errors
/// `not-a-time`, about `field`.
pub(crate) fn read_time(field: &'static str, text: &str) -> Result<OffsetDateTime, InvalidInput> {
    let text = text.trim();
    let read = PrimitiveDateTime::parse(text, MINUTES).or_else(|_| PrimitiveDateTime::parse(text, SECONDS));
    read.map(PrimitiveDateTime::assume_utc)
        .map_err(|_| InvalidInput::new(field, "not-a-time", "must be a day and a time such as `2027-01-31T09:00`"))
}

/// The same, but what was shown and not changed is the present time, to the microsecond.
///
/// # Errors
/// `not-a-time`, about `field`.
pub(crate) fn read_changed_time(
    field: &'static str,
    text: &str,
    present: OffsetDateTime,
) -> Result<OffsetDateTime, InvalidInput> {
    if text.trim() == typed_time(present) { Ok(present) } else { read_time(field, text) }
}

/// A session's dates in words: one day with two times, or from one to the other.
pub(crate) fn span(words: Words, session: &Session) -> String {
    let (starts, ends) = (session.starts_at.to_offset(UtcOffset::UTC), session.ends_at.to_offset(UtcOffset::UTC));
    let from = words.t2("moment-short", ("date", words.date(starts)), ("time", clock(starts)));
    let until = if starts.date() == ends.date() { format!("{} UTC", clock(ends)) } else { words.moment(ends) };
    words.t2("session-span", ("from", from), ("until", until))
}

fn clock(at: OffsetDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Where a session stands, as a badge: what it says and its tone.
pub(crate) fn phase(words: Words, phase: Phase) -> (String, &'static str) {
    let tone = match phase {
        Phase::Ahead => "badge-accent",
        Phase::Running => "badge-good",
        Phase::Over => "",
    };
    (words.t(&format!("phase-{}", phase.as_str())), tone)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_time_is_read_as_fields_send_it() {
        let nine = datetime!(2027-01-31 09:00 UTC);
        assert_eq!(typed_time(nine), "2027-01-31T09:00");
        assert_eq!(read_time("at", "2027-01-31T09:00"), Ok(nine));
        assert_eq!(read_time("at", "2027-01-31T09:00:00"), Ok(nine));
        for bad in ["", "2027-01-31", "2027-02-30T09:00", "31.01.2027 09:00", "2027-01-31T09:00Z"] {
            assert_eq!(read_time("at", bad).unwrap_err().code, "not-a-time");
        }
    }

    #[test]
    fn what_was_not_changed_keeps_its_seconds() {
        let exact = datetime!(2027-01-31 09:00:31.5 UTC);
        assert_eq!(read_changed_time("at", "2027-01-31T09:00", exact), Ok(exact));
        assert_eq!(read_changed_time("at", "2027-01-31T09:01", exact), Ok(datetime!(2027-01-31 09:01 UTC)));
        let whole = datetime!(2027-01-31 09:00 UTC);
        assert_eq!(read_changed_time("at", &exact_time(whole).unwrap(), exact), Ok(whole));
        assert_eq!(exact_time(exact), None);
    }
}
