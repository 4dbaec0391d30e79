//! Make, rename and delete a group (S2.2, S2.10). Who is in it is said by [`Enrol`](crate::command::Enrol).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::group::Group;
use crate::id::{GroupId, OrganizationId};
use crate::name::GroupName;
use crate::refusal::Refusal;

/// Make a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateGroup {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// The group's id.
    pub group: GroupId,
    /// What it shall be called.
    pub name: GroupName,
}

/// Give a group another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameGroup {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which group.
    pub group: GroupId,
    /// What it shall be called.
    pub name: GroupName,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

/// Delete a group. Its members stay members, and leave what they were enrolled in only through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteGroup {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which group.
    pub group: GroupId,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for CreateGroup {
    type Reply = Group;

    fn scope(&self) -> Scope {
        acting(self.organization, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Group>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        let group = Group { id: self.group, name: self.name.clone(), created_at: facts.now, version: 1 };
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::GroupCreated { group: group.clone() });
        Ok(draft.reply(group))
    }
}

impl Command for RenameGroup {
    type Reply = Group;

    fn scope(&self) -> Scope {
        Scope { groups: vec![self.group], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Group>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        let group = facts.group(self.group)?;
        unchanged(self.expected, group.version)?;
        let mut draft = Draft::new(facts, self.by);
        if group.name != self.name {
            draft.record(Event::GroupRenamed { group: self.group, name: self.name.clone() });
        }
        let group = draft.facts().group(self.group)?.clone();
        Ok(draft.reply(group))
    }
}

impl Command for DeleteGroup {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { groups: vec![self.group], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        unchanged(self.expected, facts.group(self.group)?.version)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::GroupDeleted { group: self.group });
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, group, outcome, with};

    fn name(text: &str) -> GroupName {
        GroupName::parse(text).unwrap()
    }

    #[test]
    fn who_may_make_rename_and_delete_a_group() {
        let facts = with(with(founded("learning_platform"), 2, "administrator"), 3, "author");
        let create =
            |who| CreateGroup { organization: ORGANIZATION, by: by(who), group: group(1), name: name("France") };
        for (who, answer) in [(OWNER, "ok"), (2, "ok"), (3, "permission-missing"), (9, "unknown-organization")] {
            assert_eq!(outcome(&create(who), &facts), answer, "{who}");
        }
        let facts = after(create(2).decide(&facts));
        let rename = |who, number, expected| RenameGroup {
            organization: ORGANIZATION,
            by: by(who),
            group: group(number),
            name: name("North"),
            expected,
        };
        assert_eq!(outcome(&rename(3, 1, None), &facts), "permission-missing");
        assert_eq!(outcome(&rename(2, 2, None), &facts), "unknown-group");
        assert_eq!(outcome(&rename(2, 1, Some(9)), &facts), "changed-meanwhile");
        let renamed = after(rename(2, 1, Some(1)).decide(&facts));
        assert_eq!((renamed.groups[0].name.as_str(), renamed.groups[0].version), ("North", 2));
        assert!(rename(2, 1, None).decide(&renamed).unwrap().events.is_empty(), "the same name is no change");
        let delete = |who| DeleteGroup { organization: ORGANIZATION, by: by(who), group: group(1), expected: None };
        assert_eq!(outcome(&delete(3), &facts), "permission-missing");
        let gone = after(delete(2).decide(&facts));
        assert_eq!(outcome(&delete(2), &gone), "unknown-group");
    }
}
