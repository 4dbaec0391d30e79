//! A pasted list of addresses: commas, semicolons, new lines, `Name <address>`, in any mixture (S2.1).

use membership_core::email::EmailAddress;
use membership_core::input::InvalidInput;

/// The most addresses of one list.
pub(crate) const MOST_ADDRESSES: usize = 200;

/// One entry of the list: how it was typed, and the address if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub typed: String,
    pub address: Result<EmailAddress, InvalidInput>,
}

/// The entries of a list, in order; empty ones are left out.
pub(crate) fn read_list(text: &str) -> Vec<Entry> {
    let entries = split(text).into_iter().map(|typed| Entry { address: read_entry(&typed), typed });
    entries.collect()
}

/// Splits where a separator stands outside quotation marks and angle brackets: `"Lovelace, Ada" <ada@example.org>` is
/// one entry.
fn split(text: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let mut quoted = false;
    let mut bracketed = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            _ => {}
        }
        // A line ends whatever was left open in it, so that one stray mark does not swallow the rest of the list.
        let ends_line = matches!(c, '\n' | '\r');
        if ends_line {
            (quoted, bracketed) = (false, false);
        }
        if ends_line || (matches!(c, ',' | ';') && !quoted && !bracketed) {
            entries.push(String::new());
        } else if let Some(entry) = entries.last_mut() {
            entry.push(c);
        }
    }
    let trimmed = entries.iter().map(|entry| entry.trim().to_owned());
    trimmed.filter(|entry| !entry.is_empty()).collect()
}

fn read_entry(typed: &str) -> Result<EmailAddress, InvalidInput> {
    let bracketed = typed.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
    let text = bracketed.map_or(typed, |(_, address)| address);
    let text = text.trim().trim_start_matches("mailto:");
    EmailAddress::parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let read: Vec<_> = read_list(text)
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
        check(
            "ada@example.org, bob@example.org;eve@example.org",
            &["ada@example.org", "bob@example.org", "eve@example.org"],
        );
        check("ada@example.org\r\nbob@example.org\r\n", &["ada@example.org", "bob@example.org"]);
        check("Ada <Ada@Example.org>", &["ada@example.org"]);
        check("\"Lovelace, Ada\" <ada@example.org>; bob@example.org", &["ada@example.org", "bob@example.org"]);
        check("Ada Lovelace <ada@example.org>, <bob@example.org>", &["ada@example.org", "bob@example.org"]);
        check("mailto:ada@example.org", &["ada@example.org"]);
    }

    #[test]
    fn what_is_no_address_is_told_and_the_rest_is_read() {
        check("ada@, bob@example.org", &["?ada@", "bob@example.org"]);
        check("ada@example.org bob@example.org", &["?ada@example.org bob@example.org"]);
        check("\"open\nbob@example.org", &["?\"open", "bob@example.org"]);
        check("Ada <ada@example.org\nbob@example.org", &["?Ada <ada@example.org", "bob@example.org"]);
        check("a@b@example.org", &["?a@b@example.org"]);
    }
}
