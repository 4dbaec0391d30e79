//! Many invitations in one request, each address with its own outcome (S2.1).

use membership_core::address_list::{self, Entry, MOST_ADDRESSES};
use membership_core::command::invite::Outcome;
use membership_core::input::InvalidInput;
use membership_core::service::NewOffer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::invitation::{Invitation, Terms};

/// Many people are invited on the same terms.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch {
    /// The addresses, at most 1,000.
    emails: Option<Vec<String>>,
    /// Instead: the addresses as text, separated by commas, semicolons, white space or new lines;
    /// `Ada <ada@example.org>` and `"Lovelace, Ada" <ada@example.org>` count.
    text: Option<String>,
    /// The role's key; the organization's default one if none is named.
    role: Option<String>,
    /// The ids of the groups that accepting leads into, at most 100.
    groups: Option<Vec<String>>,
    /// The date on which the memberships end by themselves.
    #[schema(format = DateTime)]
    deactivates_at: Option<String>,
    /// `en` or `fr`; the organization's if none is named.
    language: Option<String>,
    /// The inviter's own words, at most 1,000 characters.
    message: Option<String>,
    /// When the mails go out; at once if no time is named.
    #[schema(format = DateTime)]
    send_at: Option<String>,
    /// For how many days they can be accepted, 1 to 30.
    expires_in_days: Option<i64>,
    /// Whether to say only what would become of each address.
    dry_run: Option<bool>,
}

/// One line of a batch: what was written, and the offer it means.
pub(crate) type Line = (String, Result<NewOffer, InvalidInput>);

impl Batch {
    /// These addresses, on the organization's own terms.
    pub(crate) fn of(emails: Vec<String>) -> Self {
        Self { emails: Some(emails), ..Self::default() }
    }

    pub(crate) fn is_dry_run(&self) -> bool {
        self.dry_run.unwrap_or(false)
    }

    /// The lines, in order. What is wrong with the terms refuses the whole request; what is wrong with an address is that
    /// address's outcome.
    pub(crate) fn lines(&self) -> Result<Vec<Line>, InvalidInput> {
        let terms = Terms {
            role: self.role.as_deref(),
            groups: self.groups.as_deref().unwrap_or_default(),
            deactivates_at: self.deactivates_at.as_deref(),
            language: self.language.as_deref(),
            message: self.message.as_deref(),
            send_at: self.send_at.as_deref(),
            expires_in_days: self.expires_in_days,
        };
        let mut lines = Vec::new();
        for Entry { typed, address } in self.entries()? {
            let line = match address {
                Ok(email) => Ok(terms.offer_to(email)?),
                Err(complaint) => Err(complaint),
            };
            lines.push((typed, line));
        }
        Ok(lines)
    }

    fn entries(&self) -> Result<Vec<Entry>, InvalidInput> {
        let (field, entries) = match (&self.emails, &self.text) {
            (Some(emails), None) => ("emails", emails.iter().map(|typed| Entry::read(typed)).collect()),
            (None, Some(text)) => ("text", address_list::read(text)),
            _ => return Err(InvalidInput::new("emails", "missing", "must be given, or `text` instead; not both")),
        };
        if (1..=MOST_ADDRESSES).contains(&entries.len()) {
            return Ok(entries);
        }
        Err(InvalidInput::new(field, "out-of-range", format!("must name 1 to {MOST_ADDRESSES} addresses")))
    }
}

/// What became of each address.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchResult {
    /// Whether nothing was written.
    dry_run: bool,
    /// One outcome for each address, in the order of the request.
    items: Vec<BatchItem>,
}

/// What became of an address.
#[derive(Serialize, ToSchema)]
struct BatchItem {
    /// The address as it was written.
    email: String,
    /// `invited`, or the code of the rule that said no; `invalid-address` if it is no address.
    outcome: &'static str,
    /// The invitation, unless it was a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<Invitation>,
    /// Why not, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl BatchResult {
    /// Puts the outcomes of the offers to the lines they came from.
    pub(crate) fn new(dry_run: bool, lines: &[Line], outcomes: &[Outcome]) -> Self {
        let mut outcomes = outcomes.iter();
        let mut items = Vec::new();
        for (written, line) in lines {
            let item = match line {
                Err(complaint) => Some(BatchItem::refused(written, "invalid-address", complaint.to_string())),
                Ok(_) => outcomes.next().map(|outcome| BatchItem::of(written, outcome, dry_run)),
            };
            items.extend(item);
        }
        Self { dry_run, items }
    }
}

impl BatchItem {
    fn of(written: &str, outcome: &Outcome, dry_run: bool) -> Self {
        match outcome {
            Ok(view) => Self {
                email: written.to_owned(),
                outcome: "invited",
                invitation: (!dry_run).then(|| Invitation::from(view)),
                detail: None,
            },
            Err(refusal) => Self::refused(written, refusal.code(), refusal.to_string()),
        }
    }

    fn refused(written: &str, outcome: &'static str, detail: String) -> Self {
        Self { email: written.to_owned(), outcome, invitation: None, detail: Some(detail) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(json: &str) -> Batch {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn addresses_come_as_a_list_or_as_text() {
        let lines =
            batch(r#"{"text": "a@example.org\nBob <b@example.org>; c@example.org,\r\n nobody"}"#).lines().unwrap();
        let read: Vec<_> = lines
            .iter()
            .map(|(_, line)| line.as_ref().map_or_else(|it| it.code.to_owned(), |offer| offer.email.to_string()))
            .collect();
        assert_eq!(read, ["a@example.org", "b@example.org", "c@example.org", "not-an-address"]);
    }

    #[test]
    fn a_batch_is_bounded_and_its_terms_hold_for_all() {
        let code = |json: &str| batch(json).lines().map_err(|it| (it.field.into_owned(), it.code)).unwrap_err();
        assert_eq!(code("{}"), ("emails".to_owned(), "missing"));
        assert_eq!(code(r#"{"emails": []}"#), ("emails".to_owned(), "out-of-range"));
        assert_eq!(code(r#"{"emails": ["a@b.org"], "text": "a@b.org"}"#), ("emails".to_owned(), "missing"));
        assert_eq!(code(r#"{"emails": ["a@b.org"], "role": "No Role"}"#), ("role".to_owned(), "not-a-role"));
        let many = serde_json::json!({"emails": vec!["a@b.org"; 1_001]}).to_string();
        assert_eq!(code(&many), ("emails".to_owned(), "out-of-range"));
    }
}
