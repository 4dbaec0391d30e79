//! Take a backup of an organization's data (S3.8). It leaves an entry in the log: all that the organization has went out.

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::refusal::Refusal;

/// Take a backup. What is copied, the store hands over afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBackup {
    /// Of which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
}

impl Command for TakeBackup {
    type Reply = ();

    fn scope(&self) -> Scope {
        acting(self.organization, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::TakeBackup)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::BackupTaken { organization: self.organization });
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, by, founded, outcome, with};

    #[test]
    fn s3_8_an_administrator_takes_a_backup_and_nobody_below() {
        let account = with(with(founded("account"), 2, "administrator"), 3, "editor");
        let take = |by| TakeBackup { organization: ORGANIZATION, by };
        let (owner, administrator, editor, stranger) = (by(OWNER), by(2), by(3), by(9));
        for (by, answer) in [
            (owner, "ok"),
            (administrator, "ok"),
            (editor, "permission-missing"),
            (stranger, "unknown-organization"),
            (Actor::Operator(None), "ok"),
        ] {
            assert_eq!(outcome(&take(by), &account), answer, "{by:?}");
        }
        let decision = take(owner).decide(&account).unwrap();
        assert_eq!(decision.accounts.iter().map(|it| it.event).collect::<Vec<_>>(), ["backup-taken"]);
    }
}
