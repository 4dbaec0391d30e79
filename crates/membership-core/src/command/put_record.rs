//! Make a host application's record known, or say whether it is restricted (S3.4).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;
use crate::resource::{Holder, Level, Resource, ResourceName};
use crate::view::{RecordView, record_of, record_view};

/// Make a record known, or restrict or open one that is. Whoever makes it known as a member controls it from then on: an
/// editor would otherwise lose sight of the very record they restrict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutRecord {
    /// In which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which record.
    pub resource: ResourceName,
    /// Whether only those reach it with whom it is shared.
    pub restricted: bool,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for PutRecord {
    type Reply = RecordView;

    fn scope(&self) -> Scope {
        Scope { resources: vec![self.resource.clone()], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<RecordView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let mut draft = Draft::new(facts, self.by);
        match facts.resource(&self.resource) {
            Ok(resource) => {
                authority.may(Action::ControlRecord { record: record_of(facts, &authority, resource) })?;
                unchanged(self.expected, resource.version)?;
                if resource.restricted != self.restricted {
                    let (resource, restricted) = (self.resource.clone(), self.restricted);
                    draft.record(Event::ResourceRestrictionChanged { resource, restricted });
                }
            }
            Err(_) => {
                authority.may(Action::RegisterRecord)?;
                unchanged(self.expected, 0)?;
                let (name, created_at) = (self.resource.clone(), facts.now);
                let resource = Resource { name, restricted: self.restricted, created_at, version: 1 };
                draft.record(Event::ResourceRegistered { resource });
                if let Some(member) = authority.standing.member() {
                    let (resource, holder) = (self.resource.clone(), Holder::Member(member.id));
                    draft.record(Event::ResourceShared { resource, holder, level: Level::Control });
                }
            }
        }
        let view = record_view(draft.facts(), self.by, &self.resource)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, member, outcome, resource, shared, with};

    fn put(who: u128, id: &str, restricted: bool) -> PutRecord {
        let resource = ResourceName::parse("report", id).unwrap();
        PutRecord { organization: ORGANIZATION, by: by(who), resource, restricted, expected: None }
    }

    fn account() -> Facts {
        with(with(with(founded("account"), 2, "administrator"), 3, "editor"), 4, "viewer")
    }

    #[test]
    fn s3_4_who_registers_records() {
        for (who, answer) in
            [(OWNER, "ok"), (2, "ok"), (3, "ok"), (4, "permission-missing"), (9, "unknown-organization")]
        {
            assert_eq!(outcome(&put(who, "1", false), &account()), answer, "{who}");
        }
        let host = PutRecord { by: Actor::Operator(None), ..put(0, "1", true) };
        assert!(after(host.decide(&account())).shares.is_empty());
        let group = with(founded("group_subscription"), 3, "administrator");
        assert_eq!(outcome(&put(3, "1", false), &group), "seat-missing");
    }

    #[test]
    fn s3_4_whoever_registers_a_record_controls_it() {
        let facts = after(put(3, "1", true).decide(&account()));
        let name = ResourceName::parse("report", "1").unwrap();
        assert_eq!(facts.shared_level(&name, facts.member(member(3)).unwrap()), Some(Level::Control));
        assert_eq!(outcome(&put(3, "1", false), &facts), "ok");
        assert_eq!(outcome(&put(4, "1", false), &facts), "unknown-record");
    }

    #[test]
    fn s3_4_who_restricts_records() {
        let open = shared(resource(account(), "1", false), "1", 4, Level::Edit);
        for (who, answer) in [(OWNER, "ok"), (2, "ok"), (3, "record-control-needed"), (4, "record-control-needed")] {
            assert_eq!(outcome(&put(who, "1", true), &open), answer, "{who}");
        }
        assert!(put(2, "1", false).decide(&open).unwrap().events.is_empty());
        assert_eq!(outcome(&PutRecord { expected: Some(7), ..put(2, "1", true) }, &open), "changed-meanwhile");
        assert_eq!(outcome(&PutRecord { expected: Some(7), ..put(2, "2", true) }, &open), "changed-meanwhile");
        let mut suspended = open;
        suspended.apply(&Event::MemberSuspended { member: member(2) });
        assert_eq!(outcome(&put(2, "1", true), &suspended), "membership-suspended");
    }
}
