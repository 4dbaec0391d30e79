//! Share a record with a member or a group, or end that (S3.4, I9).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;
use crate::resource::{Holder, Level, Resource, ResourceName, Share};
use crate::view::{RecordView, record_of, record_view};

/// Share a record with a member or a group, or change the level. It takes control of the record, the highest level there
/// is: so nobody shares above their own. Who is in the group is for those to say who manage the groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRecord {
    /// In which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which record.
    pub resource: ResourceName,
    /// With whom.
    pub holder: Holder,
    /// How far.
    pub level: Level,
    /// The version of this share that the caller has read (`If-Match`); 0 where they read of none.
    pub expected: Option<u64>,
}

/// A record that is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The record, as whoever shares it sees it.
    pub record: RecordView,
    /// The share.
    pub share: Share,
}

impl Command for ShareRecord {
    type Reply = Shared;

    fn scope(&self) -> Scope {
        Scope { shares_of: vec![self.resource.clone()], ..holding(acting(self.organization, self.by), self.holder) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Shared>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let resource = facts.resource(&self.resource)?;
        authority.may(Action::ControlRecord { record: record_of(facts, &authority, resource) })?;
        is_there(facts, self.holder)?;
        let present = share_of(facts, &self.resource, self.holder).ok();
        unchanged(self.expected, present.map_or(0, |it| it.version))?;
        let shares = facts.shares.iter().filter(|it| it.resource == self.resource).count();
        if present.is_none() && Resource::MOST_SHARES <= shares {
            return Err(Refusal::TooManyShares { limit: Resource::MOST_SHARES });
        }
        let mut draft = Draft::new(facts, self.by);
        if present.map(|it| it.level) != Some(self.level) {
            let (resource, holder, level) = (self.resource.clone(), self.holder, self.level);
            draft.record(Event::ResourceShared { resource, holder, level });
        }
        let record = record_view(draft.facts(), self.by, &self.resource)?;
        let share = share_of(draft.facts(), &self.resource, self.holder)?.clone();
        Ok(draft.reply(Shared { record, share }))
    }
}

/// End the share of a member or a group. It takes control of the record, or to be that member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnshareRecord {
    /// In which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which record.
    pub resource: ResourceName,
    /// With whom it is shared no more.
    pub holder: Holder,
}

impl Command for UnshareRecord {
    type Reply = ();

    fn scope(&self) -> Scope {
        // All shares: that of a group is among them whoever asks, also where nobody of the scope is in it.
        Scope { shares_of: vec![self.resource.clone()], ..holding(acting(self.organization, self.by), self.holder) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let resource = facts.resource(&self.resource)?;
        let record = record_of(facts, &authority, resource);
        let is_own = authority.standing.member().is_some_and(|own| Holder::Member(own.id) == self.holder);
        authority.may(if is_own { Action::ReadRecord { record } } else { Action::ControlRecord { record } })?;
        is_there(facts, self.holder)?;
        share_of(facts, &self.resource, self.holder)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::ResourceUnshared { resource: self.resource.clone(), holder: self.holder });
        Ok(draft.reply(()))
    }
}

/// Asks besides for whoever holds a share.
fn holding(mut scope: Scope, holder: Holder) -> Scope {
    match holder {
        Holder::Member(id) => scope.members.push(id),
        Holder::Group(id) => scope.groups.push(id),
    }
    scope
}

fn is_there(facts: &Facts, holder: Holder) -> Result<(), Refusal> {
    match holder {
        Holder::Member(id) => facts.member(id).map(drop),
        Holder::Group(id) => facts.group(id).map(drop),
    }
}

fn share_of<'a>(facts: &'a Facts, resource: &ResourceName, holder: Holder) -> Result<&'a Share, Refusal> {
    let found = facts.shares.iter().find(|it| it.resource == *resource && it.holder == holder);
    found.ok_or(Refusal::NotShared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{
        ORGANIZATION, OWNER, after, by, founded, group, member, outcome, resource, shared, shared_with_group, with,
        with_group,
    };

    fn account() -> Facts {
        let account = with(with(with(founded("account"), 2, "administrator"), 3, "editor"), 4, "viewer");
        resource(with(account, 5, "viewer"), "1", true)
    }

    fn name() -> ResourceName {
        ResourceName::parse("report", "1").unwrap()
    }

    fn share(who: u128, whom: u128, level: Level) -> ShareRecord {
        share_with(who, Holder::Member(member(whom)), level)
    }

    fn share_with(who: u128, holder: Holder, level: Level) -> ShareRecord {
        ShareRecord { organization: ORGANIZATION, by: by(who), resource: name(), holder, level, expected: None }
    }

    fn unshare(who: u128, whom: u128) -> UnshareRecord {
        unshare_with(who, Holder::Member(member(whom)))
    }

    fn unshare_with(who: u128, holder: Holder) -> UnshareRecord {
        UnshareRecord { organization: ORGANIZATION, by: by(who), resource: name(), holder }
    }

    #[test]
    fn i9_who_shares_a_record_with_whom() {
        let plain = account();
        for (who, whom, answer) in [
            (OWNER, 4, "ok"),
            (2, 4, "ok"),
            (2, 9, "unknown-member"),
            (3, 4, "unknown-record"),
            (4, 4, "unknown-record"),
            (9, 4, "unknown-organization"),
        ] {
            assert_eq!(outcome(&share(who, whom, Level::Control), &plain), answer, "{who} with {whom}");
        }
        for (own, answer) in
            [(Level::View, "record-control-needed"), (Level::Edit, "record-control-needed"), (Level::Control, "ok")]
        {
            let facts = shared(account(), "1", 4, own);
            for level in Level::ALL {
                assert_eq!(outcome(&share(4, 5, level), &facts), answer, "{own:?} shares at {level:?}");
                assert_eq!(outcome(&share(4, 4, level), &facts), answer, "{own:?} shares with themselves");
            }
        }
    }

    #[test]
    fn s3_4_a_share_has_one_level() {
        let facts = after(share(2, 4, Level::Edit).decide(&account()));
        assert!(share(2, 4, Level::Edit).decide(&facts).unwrap().events.is_empty());
        let facts = after(share(2, 4, Level::View).decide(&facts));
        assert_eq!(facts.shares.len(), 1);
        assert_eq!(facts.shared_level(&name(), facts.member(member(4)).unwrap()), Some(Level::View));
    }

    #[test]
    fn s3_4_a_share_that_was_changed_meanwhile_is_not_overwritten() {
        let over = |expected, level| ShareRecord { expected: Some(expected), ..share(2, 4, level) };
        assert_eq!(outcome(&over(1, Level::Edit), &account()), "changed-meanwhile", "there is none any more");
        let decision = over(0, Level::View).decide(&account()).unwrap();
        assert_eq!((decision.reply.share.level, decision.reply.share.version), (Level::View, 1));
        let viewed = decision.after;
        assert_eq!(outcome(&over(0, Level::Edit), &viewed), "changed-meanwhile");
        let of_others = shared(viewed.clone(), "1", 5, Level::Edit);
        assert_eq!(outcome(&over(1, Level::Edit), &of_others), "ok", "what others have is no change of this");
        let edited = after(over(1, Level::Edit).decide(&viewed));
        assert_eq!(outcome(&over(1, Level::Control), &edited), "changed-meanwhile");
        assert_eq!(outcome(&over(2, Level::Control), &edited), "ok");
    }

    #[test]
    fn a_record_is_shared_with_a_bounded_number() {
        let mut facts = account();
        for number in 0..Resource::MOST_SHARES as u128 {
            facts = shared(facts, "1", 1_000 + number, Level::View);
        }
        assert_eq!(outcome(&share(2, 4, Level::View), &facts), "too-many-shares");
        assert_eq!(outcome(&share(2, 4, Level::View), &shared(facts, "1", 4, Level::Edit)), "ok");
    }

    #[test]
    fn i9_who_shares_a_record_with_a_group() {
        let plain = with_group(account(), 1, &[4, 5]);
        let with = |number| Holder::Group(group(number));
        for (who, number, answer) in [
            (OWNER, 1, "ok"),
            (2, 1, "ok"),
            (2, 9, "unknown-group"),
            (3, 1, "unknown-record"),
            (4, 1, "unknown-record"),
            (9, 1, "unknown-organization"),
        ] {
            assert_eq!(outcome(&share_with(who, with(number), Level::Edit), &plain), answer, "{who} with {number}");
        }
        for (own, answer) in
            [(Level::View, "record-control-needed"), (Level::Edit, "record-control-needed"), (Level::Control, "ok")]
        {
            let facts = shared_with_group(plain.clone(), "1", 1, own);
            assert_eq!(outcome(&share_with(4, with(1), Level::Control), &facts), answer, "{own:?} through the group");
            assert_eq!(outcome(&share(4, 3, Level::View), &facts), answer, "{own:?} through the group");
        }
        let facts = after(share_with(2, with(1), Level::Edit).decide(&plain));
        assert!(share_with(2, with(1), Level::Edit).decide(&facts).unwrap().events.is_empty(), "no change");
        let facts = after(share_with(2, with(1), Level::View).decide(&facts));
        assert_eq!((facts.shares.len(), facts.shares[0].level), (1, Level::View));
    }

    #[test]
    fn s3_4_who_ends_the_share_of_a_group() {
        let facts = shared_with_group(with_group(with_group(account(), 1, &[4]), 2, &[]), "1", 1, Level::View);
        let with = |number| Holder::Group(group(number));
        for (who, number, answer) in [
            (2, 1, "ok"),
            (2, 2, "not-shared"),
            (2, 9, "unknown-group"),
            // It is not for one of the group to end what the others have.
            (4, 1, "record-control-needed"),
            (3, 1, "unknown-record"),
        ] {
            assert_eq!(outcome(&unshare_with(who, with(number)), &facts), answer, "{who} ends that of {number}");
        }
        let ended = after(unshare_with(2, with(1)).decide(&facts));
        assert_eq!(ended.shared_level(&name(), ended.member(member(4)).unwrap()), None);
    }

    #[test]
    fn a_group_counts_as_one_of_a_bounded_number() {
        let mut facts = with_group(account(), 1, &[4, 5]);
        for number in 0..Resource::MOST_SHARES as u128 {
            facts = shared(facts, "1", 1_000 + number, Level::View);
        }
        assert_eq!(outcome(&share_with(2, Holder::Group(group(1)), Level::View), &facts), "too-many-shares");
    }

    #[test]
    fn s3_4_who_ends_a_share() {
        let facts = shared(shared(account(), "1", 4, Level::View), "1", 5, Level::Edit);
        for (who, whom, answer) in [
            (2, 4, "ok"),
            (2, 3, "not-shared"),
            (2, 9, "unknown-member"),
            (4, 4, "ok"),
            (4, 5, "record-control-needed"),
            (3, 4, "unknown-record"),
        ] {
            assert_eq!(outcome(&unshare(who, whom), &facts), answer, "{who} ends that of {whom}");
        }
        assert_eq!(after(unshare(2, 4).decide(&facts)).shares.len(), 1);
    }
}
