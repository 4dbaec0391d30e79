//! Backups of an organization, and putting one back.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::backup::{Estate, Fault, Piece, PieceSink};
use crate::command::{Restore, Restored, TakeBackup};
use crate::facts::Scope;
use crate::id::{OrganizationId, UserId};
use crate::organization::{Head, OrganizationState};
use crate::port::{StoreError, Upkeep};
use crate::refusal::Refusal;
use crate::service::{Failure, Memberships, Request};

/// How many users are looked up at once.
const USERS_AT_ONCE: usize = 500;

/// Takes organizations out of a store and puts them back. Cheap to clone.
#[derive(Clone)]
pub struct Backups {
    memberships: Memberships,
    upkeep: Arc<dyn Upkeep>,
}

/// Why an organization was not put back. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum NotRestored {
    /// Its rows cannot be what an organization was.
    #[error("the backup cannot be used: {0}")]
    Unusable(#[from] Fault),
    /// It is there, and nobody has deleted it.
    #[error("this organization is in the store already: delete it first, or restore it into another store")]
    IsThere,
    /// It was deleted there, after its log had gone another way than the backup's.
    #[error(
        "this organization was deleted from the store, and its log there does not go on where the backup's ends: \
         restore it into another store"
    )]
    OtherLog,
    /// A rule said no, or the store could not do its work.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<StoreError> for NotRestored {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Refusal> for NotRestored {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal.into())
    }
}

impl Backups {
    /// Backups of what this service keeps, in the same store.
    pub fn new(memberships: Memberships, upkeep: Arc<dyn Upkeep>) -> Self {
        Self { memberships, upkeep }
    }

    /// Hands over all rows of an organization, of one moment, in the order in which they can be put back. That it did
    /// stands in the organization's log, and in the backup.
    ///
    /// # Errors
    /// Refuses as [`TakeBackup`] does.
    pub async fn take(
        &self,
        command: &TakeBackup,
        request: Request<'_>,
        sink: &mut PieceSink<'_>,
    ) -> Result<(), Failure> {
        self.memberships.once(command, request).await?;
        Ok(self.upkeep.copy(command.organization, sink).await?)
    }

    /// Puts an organization back that is not there, or was deleted: all of it or nothing. Members come to the accounts that
    /// this service has.
    ///
    /// # Errors
    /// [`NotRestored`].
    pub async fn restore(&self, restore: Restore) -> Result<Restored, NotRestored> {
        let known = self.known(&restore.estate).await?;
        self.restore_for(restore, &known).await
    }

    /// Puts an organization back, all of it or nothing, in an application with users of its own. `known` are those of the
    /// backup's users ([`Estate::users`]) whom the application knows.
    ///
    /// # Errors
    /// [`NotRestored`].
    pub async fn restore_for(&self, restore: Restore, known: &BTreeSet<UserId>) -> Result<Restored, NotRestored> {
        let organization = restore.estate.id()?;
        restore.estate.check()?;
        let former = self.former(organization, &restore.estate).await?;
        let session = self.memberships.ports.store.open(&Scope::of(organization)).await?;
        let revision = |head: Option<&Head>| head.map(|it| it.revision);
        let read = former.as_ref().and_then(|it| it.head.as_ref());
        if revision(session.facts().head.as_ref()) != revision(read) {
            // Somebody else has put it back meanwhile.
            return Err(StoreError::Conflict.into());
        }
        let now = session.facts().now;
        let (changes, restored) = match &former {
            Some(former) => restore.decide_over(former, known, now)?,
            None => restore.decide(known, now)?,
        };
        session.commit(changes).await?;
        if let Some(doorbell) = &self.memberships.ports.doorbell {
            doorbell.ring();
        }
        Ok(restored)
    }

    /// What a deletion has left of an organization; nothing if it never was in this store.
    async fn former(&self, organization: OrganizationId, estate: &Estate) -> Result<Option<Estate>, NotRestored> {
        let facts = self.memberships.ports.store.read(&Scope::of(organization)).await?;
        let Some(head) = facts.head else { return Ok(None) };
        if head.organization.state != OrganizationState::Deleted {
            return Err(NotRestored::IsThere);
        }
        let mut former = Estate::default();
        let mut add = |piece: Piece| former.add(piece).is_ok();
        self.upkeep.copy(organization, &mut add).await?;
        if former.log.starts_with(&estate.log) { Ok(Some(former)) } else { Err(NotRestored::OtherLog) }
    }

    /// The users of this deployment among those of the members.
    async fn known(&self, estate: &Estate) -> Result<BTreeSet<UserId>, StoreError> {
        let mut known = BTreeSet::new();
        for some in estate.users().chunks(USERS_AT_ONCE) {
            let scope = Scope { users: some.to_vec(), ..Scope::default() };
            known.extend(self.memberships.ports.store.read(&scope).await?.users.iter().map(|user| user.id));
        }
        Ok(known)
    }
}
