//! What a mail server said, fit to be stored and shown: one short line without a link in it (I12).

use membership_core::secret::LinkKind;

use crate::wording::one_line;

const LONGEST: usize = 300;

/// Makes a reason of a reply. Some servers quote the mail they refuse, so that a link could come back in it; kept in
/// the database, it would be a usable one.
pub(crate) fn reason(text: &str) -> String {
    let mut text = one_line(text);
    for prefix in LinkKind::ALL.map(LinkKind::prefix) {
        text = without_links(&text, prefix);
    }
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

fn without_links(text: &str, prefix: &str) -> String {
    let mut parts = text.split(prefix);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '='));
        kept.push_str(prefix);
        kept.push('…');
        kept.push_str(rest);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_short_and_holds_no_link() {
        let said = "554 spam:\r\nhttps://a.example/i/mli_AAbb-_99 and mlv_zz. Bye";
        assert_eq!(reason(said), "554 spam: https://a.example/i/mli_… and mlv_…. Bye");
        assert_eq!(reason(&"x".repeat(400)).chars().count(), LONGEST + 1);
    }
}
