//! How facts are written in a mail: dates, roles, and other people's words, which stay inert (A55, A56).

use membership_core::language::Language;
use time::{OffsetDateTime, UtcOffset};

const ENGLISH_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const FRENCH_DAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// A zero-width joiner: invisible, and no mail program takes the text around it for an address.
const JOINER: char = '\u{200D}';

/// A date and time in UTC. Seconds are cut off, so that a mail never promises more time than there is.
pub(crate) fn date(at: OffsetDateTime, language: Language) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let (days, months) = match language {
        Language::English => (ENGLISH_DAYS, ENGLISH_MONTHS),
        Language::French => (FRENCH_DAYS, FRENCH_MONTHS),
    };
    let weekday = days.get(usize::from(at.weekday().number_days_from_monday())).copied().unwrap_or_default();
    let month = months.get(usize::from(u8::from(at.month())).saturating_sub(1)).copied().unwrap_or_default();
    let (day, year, hour, minute) = (at.day(), at.year(), at.hour(), at.minute());
    match language {
        Language::English => format!("{weekday} {day} {month} {year} at {hour:02}:{minute:02} UTC"),
        Language::French => {
            let day = if day == 1 { "1er".to_owned() } else { day.to_string() };
            format!("{weekday} {day} {month} {year} à {hour:02}\u{a0}h\u{a0}{minute:02} (UTC)")
        }
    }
}

/// A role as people say it. The roles of the presets are translated; any other is its own name.
pub(crate) fn role(key: &str, language: Language) -> String {
    let french = match key {
        "owner" => "propriétaire",
        "admin" | "administrator" => "administrateur",
        "security_administrator" => "administrateur de la sécurité",
        "member" => "membre",
        "author" => "auteur",
        "trainee" => "stagiaire",
        "editor" => "éditeur",
        "viewer" => "lecteur",
        _ => "",
    };
    match language {
        Language::French if !french.is_empty() => french.to_owned(),
        _ => key.replace('_', " "),
    }
}

/// A text as one line: no line break or control character survives, so that none can begin a header (A57).
pub(crate) fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A person's own words, line by line, each marked as a quotation.
pub(crate) fn quoted(text: &str) -> String {
    let lines = text.lines().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

/// A text of several lines without other control characters.
pub(crate) fn paragraph(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.trim().chars().map(|c| if c != '\n' && is_break(c) { ' ' } else { c }).collect()
}

/// The same text to the eye, in which no mail program finds an address to make clickable: one that looks like ours
/// would be the sender's link in our mail.
pub(crate) fn inert(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        inert.push(c);
        let after = characters.peek().copied().unwrap_or(' ');
        let joins = match c {
            '.' | '。' | '．' | '｡' => !before.is_whitespace() && after.is_alphabetic(),
            '@' => !after.is_whitespace(),
            ':' => !before.is_whitespace() && !after.is_whitespace() && !after.is_ascii_digit(),
            _ => false,
        };
        if joins {
            inert.push(JOINER);
        }
        before = c;
    }
    inert
}

fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn dates_are_written_as_the_language_writes_them() {
        let at = datetime!(2026-12-05 14:30:59 UTC);
        assert_eq!(date(at, Language::English), "Saturday 5 December 2026 at 14:30 UTC");
        assert_eq!(date(at, Language::French), "samedi 5 décembre 2026 à 14\u{a0}h\u{a0}30 (UTC)");
        let first = datetime!(2027-02-01 00:05 +01:00);
        assert_eq!(date(first, Language::English), "Sunday 31 January 2027 at 23:05 UTC");
        let first = datetime!(2027-02-01 01:05 +01:00);
        assert_eq!(date(first, Language::French), "lundi 1er février 2027 à 00\u{a0}h\u{a0}05 (UTC)");
    }

    #[test]
    fn a_role_is_named_in_words() {
        assert_eq!(role("security_administrator", Language::English), "security administrator");
        assert_eq!(role("owner", Language::French), "propriétaire");
        assert_eq!(role("night_watch", Language::French), "night watch");
    }

    #[test]
    fn nothing_in_an_inert_text_can_be_made_clickable() {
        for text in
            ["http://evil.example/x", "evil.example", "www.evil.example", "a@evil.example", "mailto:a@b.example"]
        {
            let inert = inert(text);
            for token in ["://", "evil.ex", "www.e", "a@e", "mailto:a", "b.ex"] {
                assert!(!inert.contains(token), "{inert:?} contains {token}");
            }
            assert_eq!(inert.replace(JOINER, ""), text);
        }
        for text in ["See you at 10:30, room 4.2. Thanks.", "Note: e. g. this"] {
            assert_eq!(inert(text), text);
        }
    }

    #[test]
    fn a_line_stays_one_line_and_a_quotation_is_marked_on_each() {
        assert_eq!(one_line("Ada\r\nBcc: x@y.example\u{2028}z\0"), "Ada Bcc: x@y.example z");
        assert_eq!(quoted("a\n\nb"), "> a\n>\n> b");
        assert_eq!(paragraph(" a\r\nb\u{7}c "), "a\nb c");
    }
}
