//! A store in memory: the reference model that other stores are compared with, and the fastest one to test on.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use membership_core::changes::Changes;
use membership_core::facts::{Facts, Scope};
use membership_core::id::{OrganizationId, SignInId, UserId};
use membership_core::port::{Clock, Session, Store, StoreError, UsedKey, to_micros};
use time::OffsetDateTime;
use tokio::sync::OwnedMutexGuard;

mod commit;
mod directory;
mod dump;
mod facts;
mod outbox;
mod upkeep;

pub use dump::{Dump, MessageState, OrganizationRows, QueuedMessage};

/// A whole deployment in memory, with all ports of storage. Cheap to clone: clones share what is stored.
///
/// It keeps the contract of [`Store`] and no more: what only a rule forbids it stores, so that the
/// [invariants](crate::invariant) find a broken rule and not the store hides it.
#[derive(Clone)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    /// A commit makes a new dump and puts it in the place of the old one, or does not: nothing lies between.
    rows: Mutex<Arc<Dump>>,
    /// Who holds one of these keeps every other writer of that organization out.
    turns: Mutex<BTreeMap<OrganizationId, Arc<tokio::sync::Mutex<()>>>>,
    faults: Mutex<Vec<(FaultPoint, StoreError)>>,
}

/// Where a store can fail on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPoint {
    /// When a session is opened.
    Open,
    /// When facts are read.
    Read,
    /// When a session is committed; nothing is written.
    Commit,
    /// After a session was committed: everything is written, and whoever asked is not told.
    Acknowledge,
    /// When a list is read.
    List,
    /// When a message is looked for or claimed.
    Claim,
    /// When an outcome is written on a message; nothing is written.
    Settle,
}

impl MemoryStore {
    /// An empty deployment whose time is told by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let (rows, turns, faults) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { shared: Arc::new(Shared { clock, rows, turns, faults }) }
    }

    /// Everything that is stored, as of the last commit.
    pub fn dump(&self) -> Arc<Dump> {
        Arc::clone(&locked(&self.shared.rows))
    }

    /// Fails with this error the next time that point is reached, once. Several wait in the order they were given.
    pub fn fail_next(&self, point: FaultPoint, error: StoreError) {
        locked(&self.shared.faults).push((point, error));
    }

    /// Everything there is to know for a decision in an organization, or outside of any: much more than any command's
    /// scope asks for. What is decided on it must be the same.
    pub fn everything(&self, organization: Option<OrganizationId>) -> Facts {
        facts::everything(&self.dump(), organization, self.now())
    }

    fn now(&self) -> OffsetDateTime {
        to_micros(self.shared.clock.now())
    }

    fn fault(&self, point: FaultPoint) -> Result<(), StoreError> {
        let mut faults = locked(&self.shared.faults);
        match faults.iter().position(|(at, _)| *at == point) {
            Some(index) => Err(faults.remove(index).1),
            None => Ok(()),
        }
    }

    async fn turn(&self, organization: OrganizationId) -> OwnedMutexGuard<()> {
        let turn = Arc::clone(locked(&self.shared.turns).entry(organization).or_default());
        turn.lock_owned().await
    }

    /// Changes a copy and puts it in the place of what is stored, if nothing goes wrong.
    fn change<T>(&self, change: impl FnOnce(&mut Dump) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut rows = locked(&self.shared.rows);
        let mut copy = Dump::clone(&rows);
        let answer = change(&mut copy)?;
        *rows = Arc::new(copy);
        Ok(answer)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("rows", &self.dump()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn open(&self, scope: &Scope) -> Result<Box<dyn Session>, StoreError> {
        self.fault(FaultPoint::Open)?;
        let turn = match scope.organization {
            Some(organization) => Some(self.turn(organization).await),
            None => None,
        };
        // The time is taken once nobody else can write, so that it never lies before that of an earlier commit.
        let facts = facts::slice(&self.dump(), scope, self.now());
        Ok(Box::new(MemorySession { store: self.clone(), facts, _turn: turn }))
    }

    async fn read(&self, scope: &Scope) -> Result<Facts, StoreError> {
        self.fault(FaultPoint::Read)?;
        Ok(facts::slice(&self.dump(), scope, self.now()))
    }

    async fn note_seen(&self, user: UserId, sign_in: SignInId) -> Result<(), StoreError> {
        let now = self.now();
        self.change(|rows| {
            if let Some(row) = rows.sign_ins.get_mut(&(user, sign_in)).filter(|it| it.is_to_be_noted(now)) {
                row.last_seen_at = now;
            }
            Ok(())
        })
    }

    async fn note_key_used(&self, used: UsedKey) -> Result<(), StoreError> {
        let now = self.now();
        self.change(|rows| {
            let key = match used {
                UsedKey::Organization(organization, id) => {
                    rows.organizations.get_mut(&organization).and_then(|it| it.keys.get_mut(&id))
                }
                UsedKey::Operator(id) => rows.operator_keys.get_mut(&id),
            };
            if let Some(key) = key.filter(|key| key.is_to_be_noted(now)) {
                key.last_used_at = Some(now);
            }
            Ok(())
        })
    }
}

/// Dropping it lets the next writer of the organization in.
struct MemorySession {
    store: MemoryStore,
    facts: Facts,
    _turn: Option<OwnedMutexGuard<()>>,
}

#[async_trait]
impl Session for MemorySession {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    async fn commit(self: Box<Self>, changes: Changes) -> Result<(), StoreError> {
        self.store.fault(FaultPoint::Commit)?;
        self.store.change(|rows| commit::apply(rows, changes, self.facts.now))?;
        self.store.fault(FaultPoint::Acknowledge)
    }
}

/// A panic in a test must not hide behind a poisoned lock: what is behind these locks is whole at every moment.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
