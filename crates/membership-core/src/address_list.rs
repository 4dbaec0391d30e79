//! A pasted list of addresses, one reading for pages and API: commas, semicolons, white space, new lines and
//! `Name <address>`, in any mixture (S2.1).

use crate::email::EmailAddress;
use crate::input::InvalidInput;

/// The most addresses of one list.
pub const MOST_ADDRESSES: usize = 1_000;

/// One entry of a list: how it was typed, and the address if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As it was typed, without the white space around it.
    pub typed: String,
    /// The address, or what is wrong with it.
    pub address: Result<EmailAddress, InvalidInput>,
}

impl Entry {
    /// Reads one entry: an address, or a name and the address in angle brackets (RFC 5322, `name-addr`).
    pub fn read(typed: &str) -> Self {
        let typed = typed.trim();
        let bracketed = typed.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
        let text = bracketed.map_or(typed, |(_, address)| address).trim();
        let text = text.strip_prefix("mailto:").unwrap_or(text);
        Self { typed: typed.to_owned(), address: EmailAddress::parse(text) }
    }
}

/// The entries of a list, in order; empty ones are left out.
pub fn read(text: &str) -> Vec<Entry> {
    split(text).iter().flat_map(|part| words(part)).map(Entry::read).collect()
}

/// Splits where a separator stands outside quotation marks and angle brackets, and after a closing bracket:
/// `"Lovelace, Ada" <ada@example.org>` is one entry.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let (mut quoted, mut escaped, mut bracketed) = (false, false, false);
    for (at, c) in text.char_indices() {
        let after = at.saturating_add(c.len_utf8());
        // A line ends whatever was left open in it, so that one stray mark does not swallow the rest of the list.
        let ends_line = matches!(c, '\n' | '\r');
        let separates = !quoted && !bracketed && matches!(c, ',' | ';');
        if ends_line || separates {
            parts.extend(text.get(start..at));
            start = after;
            (quoted, escaped, bracketed) = (false, false, false);
            continue;
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if bracketed => {
                parts.extend(text.get(start..after));
                start = after;
                bracketed = false;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Takes off the addresses that have nothing but white space after them; what is left may begin with a name. An address
/// right before a bracket is the name of what is in it: `ada@example.org <ada@example.org>` is one entry.
fn words(part: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), part);
    while let Some((word, after)) = rest.split_once(char::is_whitespace) {
        let after = after.trim_start();
        if !word.contains('@') || word.contains(['<', '"']) || after.starts_with('<') {
            break;
        }
        found.push(word);
        rest = after;
    }
    found.push(rest);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let read: Vec<_> = read(text)
            .into_iter()
            .map(|entry| entry.address.map_or_else(|_| format!("?{}", entry.typed), |it| it.to_string()))
            .collect();
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn s2_1_a_list_is_read_however_it_is_written() {
        check("", &[]);
        check(" ,;\n\r\n ", &[]);
        check("ada@example.org", &["ada@example.org"]);
        let three = ["ada@example.org", "bob@example.org", "eve@example.org"];
        check("ada@example.org, bob@example.org;eve@example.org", &three);
        check("ada@example.org bob@example.org\teve@example.org", &three);
        check("Ada <ada@example.org> Bob <bob@example.org> <eve@example.org>", &three);
        check("ada@example.org\r\nbob@example.org\r\n", &three[..2]);
        check("Ada <Ada@Example.org>", &["ada@example.org"]);
        check("\"Lovelace, Ada\" <ada@example.org>; bob@example.org", &three[..2]);
        check(r#""Ada \"Countess\"; of L." <ada@example.org>, bob@example.org"#, &three[..2]);
        check("ada@example.org \"Bob\" <bob@example.org>", &three[..2]);
        check("ada@example.org <ada@example.org>", &["ada@example.org"]);
        check("mailto:ada@example.org", &["ada@example.org"]);
    }

    #[test]
    fn what_is_no_address_is_told_and_the_rest_is_read() {
        check("ada@, bob@example.org", &["?ada@", "bob@example.org"]);
        check("ada@ bob@example.org", &["?ada@", "bob@example.org"]);
        check("Ada ada@example.org", &["?Ada ada@example.org"]);
        check("\"open\nbob@example.org", &["?\"open", "bob@example.org"]);
        check("Ada <ada@example.org\nbob@example.org", &["?Ada <ada@example.org", "bob@example.org"]);
        check("a@b@example.org", &["?a@b@example.org"]);
    }

    /// Prints an entry as mail programs do: any name in quotation marks (RFC 5322, `quoted-string`).
    fn printed(name: Option<&str>, address: &str) -> String {
        let Some(name) = name else { return address.to_owned() };
        format!("\"{}\" <{address}>", name.replace('\\', "\\\\").replace('"', "\\\""))
    }

    fn entries() -> impl Strategy<Value = Vec<(Option<String>, String, &'static str)>> {
        let name = proptest::option::of("[ -~äßé]{0,20}");
        let separator = prop::sample::select(vec![",", ";", "\n", "\r\n", " ", "\t", " , ", ";\n"]);
        proptest::collection::vec((name, "[a-z]{1,8}(\\.[a-z]{1,8})?@[a-z]{1,8}\\.org", separator), 0..20)
    }

    proptest! {
        #[test]
        fn s2_1_reading_and_printing_agree(entries in entries()) {
            let text: String =
                entries.iter().map(|(name, address, sep)| printed(name.as_deref(), address) + sep).collect();
            let found: Vec<_> = read(&text).into_iter().map(|it| it.address.unwrap().to_string()).collect();
            let expected: Vec<_> = entries.iter().map(|(_, address, _)| address.clone()).collect();
            prop_assert_eq!(found, expected, "{}", text);
        }

        #[test]
        fn whatever_is_pasted_is_read(text in "\\PC{0,200}") {
            for entry in read(&text) {
                prop_assert_eq!(&Entry::read(&entry.typed), &entry);
            }
        }
    }
}
