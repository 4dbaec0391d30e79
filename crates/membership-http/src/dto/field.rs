//! Fields that several requests share, parsed into types that cannot be wrong.

use membership_core::id::GroupId;
use membership_core::input::InvalidInput;
use membership_core::invitation::Channel;
use membership_core::language::Language;
use membership_core::port::to_micros;
use membership_core::role::RoleKey;
use serde::{Deserialize, Deserializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Dates from this year on are refused: nothing is planned for then, and adding days to the last ones overflows.
const FIRST_YEAR_TOO_FAR: i32 = 3_000;

/// A time with its offset (RFC 3339).
pub(crate) fn time(field: &'static str, text: &str) -> Result<OffsetDateTime, InvalidInput> {
    let rule = "must be a time with its offset, such as `2026-12-31T18:00:00Z`";
    let parsed = OffsetDateTime::parse(text, &Rfc3339).ok();
    let at = parsed.and_then(|at| at.checked_to_offset(time::UtcOffset::UTC));
    let at = at.ok_or_else(|| InvalidInput::new(field, "not-a-time", rule))?;
    if (1970..FIRST_YEAR_TOO_FAR).contains(&at.year()) {
        return Ok(to_micros(at));
    }
    Err(InvalidInput::new(field, "out-of-range", format!("must lie between the years 1970 and {FIRST_YEAR_TOO_FAR}")))
}

/// A time that may be left out.
pub(crate) fn optional_time(field: &'static str, text: Option<&str>) -> Result<Option<OffsetDateTime>, InvalidInput> {
    text.map(|text| time(field, text)).transpose()
}

/// A role that may be left out.
pub(crate) fn role(text: Option<&str>) -> Result<Option<RoleKey>, InvalidInput> {
    text.map(RoleKey::parse).transpose()
}

/// Groups by their ids.
pub(crate) fn groups(texts: &[String]) -> Result<Vec<GroupId>, InvalidInput> {
    let parse = |text: &String| text.parse().map_err(|it: InvalidInput| it.about("groups"));
    texts.iter().map(parse).collect()
}

/// A language that may be left out.
pub(crate) fn language(text: Option<&str>) -> Result<Option<Language>, InvalidInput> {
    text.map(str::parse).transpose()
}

/// For how many days an invitation can be accepted, if it says so itself.
pub(crate) fn valid_days(days: Option<i64>) -> Result<Option<u8>, InvalidInput> {
    let valid = |days: i64| membership_core::policy::valid_days(u8::try_from(days).unwrap_or(0));
    days.map(valid).transpose()
}

/// How a link reaches the person.
pub(crate) fn deliver(text: Option<&str>) -> Result<Channel, InvalidInput> {
    match text {
        None | Some("mail") => Ok(Channel::Mail),
        Some("return") => Ok(Channel::Hand),
        Some(_) => Err(InvalidInput::new("deliver", "unknown-value", "must be `mail` or `return`")),
    }
}

/// The token of a link, given as the bare token or as the whole link.
pub(crate) fn token(text: &str) -> &str {
    let text = text.trim();
    text.rsplit_once('/').map_or(text, |(_, token)| token)
}

/// Tells a field that is `null` from one that is left out.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A field that is left as it is, emptied, or set.
pub(crate) fn change<T>(
    field: Option<&Option<String>>,
    parse: impl Fn(&str) -> Result<T, InvalidInput>,
) -> Result<Option<Option<T>>, InvalidInput> {
    field.map(|text| text.as_deref().map(&parse).transpose()).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_cut_to_microseconds_in_utc_and_bounded() {
        let check = |text: &str| time("send_at", text).map(|at| at.to_string()).map_err(|it| it.code);
        assert_eq!(check("2026-12-31T18:00:00.1234567+02:00"), Ok("2026-12-31 16:00:00.123456 +00:00:00".to_owned()));
        for bad in ["", "2026-12-31", "2026-12-31T18:00:00", "tomorrow", "2026-13-01T00:00:00Z", "\0"] {
            assert_eq!(check(bad), Err("not-a-time"), "{bad}");
        }
        assert_eq!(check("9999-12-31T23:59:59-23:59"), Err("not-a-time"));
        assert_eq!(check("9999-12-31T23:59:59Z"), Err("out-of-range"));
        assert_eq!(check("0000-01-01T00:00:00Z"), Err("out-of-range"));
    }

    #[test]
    fn a_token_may_be_given_as_the_whole_link() {
        assert_eq!(token("mli_x"), "mli_x");
        assert_eq!(token(" https://members.example.org/i/mli_x\n"), "mli_x");
    }

    #[test]
    fn days_are_1_to_30() {
        assert_eq!(valid_days(Some(30)), Ok(Some(30)));
        for bad in [0, 31, -1, 256, i64::MAX] {
            assert_eq!(valid_days(Some(bad)).map_err(|it| it.code), Err("out-of-range"), "{bad}");
        }
    }
}
