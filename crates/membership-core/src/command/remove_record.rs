//! Forget a host application's record; its shares end with it (S3.4).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;
use crate::resource::ResourceName;
use crate::view::record_of;

/// Forget a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveRecord {
    /// In which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which record.
    pub resource: ResourceName,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for RemoveRecord {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { resources: vec![self.resource.clone()], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let resource = facts.resource(&self.resource)?;
        authority.may(Action::ControlRecord { record: record_of(facts, &authority, resource) })?;
        unchanged(self.expected, resource.version)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::ResourceRemoved { resource: self.resource.clone() });
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, outcome, resource, shared, with};
    use crate::resource::Level;

    #[test]
    fn s3_4_who_forgets_records() {
        let account = with(with(with(founded("account"), 2, "administrator"), 3, "editor"), 4, "viewer");
        let facts = shared(resource(account, "1", true), "1", 4, Level::Control);
        let remove = |who| RemoveRecord {
            organization: ORGANIZATION,
            by: by(who),
            resource: ResourceName::parse("report", "1").unwrap(),
            expected: None,
        };
        for (who, answer) in [(OWNER, "ok"), (2, "ok"), (3, "unknown-record"), (4, "ok"), (9, "unknown-organization")] {
            assert_eq!(outcome(&remove(who), &facts), answer, "{who}");
        }
        let gone = after(remove(4).decide(&facts));
        assert!(gone.resources.is_empty() && gone.shares.is_empty());
        assert_eq!(outcome(&remove(2), &gone), "unknown-record");
        assert_eq!(outcome(&RemoveRecord { expected: Some(9), ..remove(2) }, &facts), "changed-meanwhile");
    }
}
