//! Walks: every step is decided, carried out, and judged by all invariants.

use std::collections::BTreeMap;
use std::sync::Arc;

use membership_core::command::Command;
use membership_core::command::replace_sign_in::OVERLAP;
use membership_core::facts::{Facts, Scope};
use membership_core::import::Import;
use membership_core::message::Recipient;
use membership_core::port::{Attempt, Store, StoreError};
use membership_core::refusal::Refusal;
use membership_core::roster::Round;
use membership_core::second_factor::FRESH_FOR;
use membership_core::service::Failure;
use membership_core::user_link::MAILED_AT_MOST_EVERY;
use time::{Duration, OffsetDateTime};

use crate::any_command::{AnyCommand, Gist, announcements};
use crate::clock::ManualClock;
use crate::invariant::{self, Transition, Violation};
use crate::memory::{Dump, MemoryStore};
use crate::stores::Stores;
use crate::strategy::{Move, Pick, Walk};
use crate::world::World;

/// What became of a command: its answer as text, or the refusal's code and text.
pub type Answer = Result<String, Refusal>;

/// Walks over the model.
pub struct Walker {
    world: World,
    model: MemoryStore,
    is_honest: bool,
}

/// How often each command was carried out or refused in a walk, by name and `ok` or the refusal's code.
pub type Tally = BTreeMap<(&'static str, &'static str), usize>;

impl Walker {
    /// A walker over an empty model.
    pub fn new() -> Self {
        Self::over(|model| Arc::new(model))
    }

    /// A walker over an empty model whose commands run on a broken store around it: for tests that the invariants find
    /// what is broken. Only they are checked.
    pub fn on_a_broken_store(broken: impl FnOnce(MemoryStore) -> Arc<dyn Store>) -> Self {
        Self { is_honest: false, ..Self::over(broken) }
    }

    fn over(store: impl FnOnce(MemoryStore) -> Arc<dyn Store>) -> Self {
        let clock = Arc::new(ManualClock::default());
        let model = MemoryStore::new(clock.clone());
        let stores = Stores::of(Arc::new(model.clone())).with_store(store(model.clone()));
        Self { world: World::on(stores, clock), model, is_honest: true }
    }

    /// The world that is walked in.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Everything that is stored now.
    pub fn dump(&self) -> Arc<Dump> {
        self.model.dump()
    }

    /// Takes a whole walk and checks everything after each step.
    ///
    /// # Errors
    /// The first promise that does not hold, with the step after which it did not.
    pub async fn walk(&self, walk: &Walk) -> Result<Tally, Violation> {
        let mut tally = Tally::new();
        let beginning = walk.beginning(&*self.world.random);
        self.count(&mut tally, &beginning).await?;
        for (index, step) in walk.steps.iter().enumerate() {
            let next = step.resolve(&self.dump(), self.world.now(), &*self.world.random);
            if let Move::Command(command) = &next {
                let judged = self.count(&mut tally, command).await;
                judged
                    .map_err(|it| Violation { what: format!("{}; after step {index}, {command:?}", it.what), ..it })?;
            } else {
                take(&self.world, &next).await.map_err(|failure| broken("the_store_works", &failure.to_string()))?;
                for (_, check) in invariant::OF_STATES {
                    check(&self.dump(), self.world.now())?;
                }
            }
        }
        Ok(tally)
    }

    async fn count(&self, tally: &mut Tally, command: &AnyCommand) -> Result<(), Violation> {
        let answer = self.judge(command).await?;
        let code = answer.as_ref().map_or_else(Refusal::code, |_| "ok");
        *tally.entry((command.name(), code)).or_default() += 1;
        Ok(())
    }

    /// Carries out a command and checks everything.
    ///
    /// # Errors
    /// The first promise that does not hold.
    pub async fn judge(&self, command: &AnyCommand) -> Result<Answer, Violation> {
        let now = self.world.now();
        let before = self.dump();
        let decided = self.decide(command).await?;
        let answer = match self.world.memberships.execute(command).await {
            Ok(reply) => Ok(reply),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(failure) => return Err(broken("the_store_works", &failure.to_string())),
        };
        let after = self.dump();
        let transition = Transition { before: &before, after: &after, now };
        invariant::check(&transition)?;
        if !self.is_honest {
            return Ok(answer);
        }
        if answer != decided.clone().map(|gist| gist.reply) {
            let what = format!("{answer:?}, but {:?} was decided", decided.map(|gist| gist.reply));
            return Err(broken("what_is_decided_is_carried_out", &what));
        }
        match &decided {
            Ok(gist) => invariant::i15_one_entry_for_every_event(&transition, &gist.accounts)?,
            Err(refusal) if before != after => {
                return Err(broken("a_refusal_changes_nothing", &format!("{refusal} changed something")));
            }
            Err(_) => {}
        }
        Ok(answer)
    }

    /// Decides on the slice, on everything, and at other instants between the same two dates: it must come to the same.
    async fn decide(&self, command: &AnyCommand) -> Result<Result<Gist, Refusal>, Violation> {
        let scope: Scope = command.scope();
        let read = self.model.read(&scope).await;
        let slice = read.map_err(|failure| broken("the_store_works", &failure.to_string()))?;
        let everything = self.model.everything(scope.organization);
        let decided = command.decide(&slice).map(Gist::from);
        let on_everything = command.decide(&everything).map(Gist::from);
        if decided != on_everything {
            let what = format!("on the slice and on everything: {}", difference(&decided, &on_everything));
            return Err(broken("deciding_on_the_slice_is_deciding_on_everything", &what));
        }
        for now in same_day(&everything, command) {
            let elsewhen = command.decide(&Facts { now, ..everything.clone() }).map(Gist::from);
            if course(&elsewhen) != course(&decided) {
                let what = format!("at {} and at {now}: {}", everything.now, difference(&decided, &elsewhen));
                return Err(broken("the_clock_matters_only_through_dates", &what));
            }
        }
        Ok(decided)
    }
}

impl Default for Walker {
    fn default() -> Self {
        Self::new()
    }
}

fn broken(invariant: &'static str, what: &str) -> Violation {
    Violation::new(invariant, "this step", what)
}

/// The first and the last instant between whose dates nothing opens or ends.
fn same_day(facts: &Facts, command: &AnyCommand) -> [OffsetDateTime; 2] {
    let invitations =
        facts.invitations.iter().flat_map(|it| [it.opens_at, it.expires_at].into_iter().chain(it.deactivates_at));
    let members = facts.members.iter().flat_map(|it| {
        let code = it.set_up.and_then(|link| link.code).map(|code| code.expires_at);
        it.deactivates_at.into_iter().chain(it.set_up.map(|link| link.expires_at)).chain(code)
    });
    let rounds = facts.rounds.iter().flat_map(|it| {
        [it.started_at.saturating_add(Round::NOT_AGAIN_FOR), it.moved_at.saturating_add(Round::GIVEN_UP_AFTER)]
    });
    let clears = facts.clears.iter().flat_map(|it| it.undone_until().into_iter().chain([it.given_up_at()]));
    let passwords = facts.users.iter().filter_map(|it| it.initial_password).map(|it| it.expires_at);
    let sessions = facts.sessions.iter().flat_map(|it| [it.starts_at, it.ends_at]);
    let imports = facts.imports.iter().filter_map(Import::undone_until);
    let sign_ups = facts.sign_ups.iter().map(|it| it.expires_at);
    let links = facts.links.iter().flat_map(|it| [it.created_at.saturating_add(MAILED_AT_MOST_EVERY), it.expires_at]);
    let sign_ins = facts.sign_ins.iter().flat_map(|it| [it.proven_at.saturating_add(FRESH_FOR), it.expires_at]);
    // What ends within the overlap is not replaced any more.
    let replaces = matches!(command, AnyCommand::ReplaceSignIn(_));
    let overlaps = facts.sign_ins.iter().filter(|_| replaces).map(|it| it.expires_at.saturating_sub(OVERLAP));
    let step =
        Duration::seconds(facts.now.unix_timestamp() % 30) + Duration::nanoseconds(facts.now.nanosecond().into());
    let shown_from = facts.now - step;
    let code = command.shows_a_code().then_some([shown_from, shown_from + Duration::seconds(30)]).into_iter().flatten();
    let subscription = facts.head.iter().map(|head| &head.subscription);
    let subscription = subscription.flat_map(|it| announcements(it.expires_at, it.grace_days));
    let keys = facts.keys.iter().chain(&facts.operator_keys).map(|it| it.expires_at);
    let dates: Vec<_> = subscription
        .chain(invitations)
        .chain(members)
        .chain(rounds)
        .chain(clears)
        .chain(passwords)
        .chain(keys)
        .chain(sessions)
        .chain(imports)
        .chain(sign_ups)
        .chain(overlaps)
        .chain(links)
        .chain(sign_ins)
        .chain(code)
        .chain(command.dates())
        .collect();
    let last = dates.iter().filter(|at| facts.now < **at).min().map(|at| *at - Duration::microseconds(1));
    let first = dates.iter().filter(|at| **at <= facts.now).max().copied();
    [first.unwrap_or(facts.now), last.unwrap_or(facts.now)]
}

/// Where two decisions differ first.
fn difference(one: &Result<Gist, Refusal>, other: &Result<Gist, Refusal>) -> String {
    match (one, other) {
        (Ok(one), Ok(other)) if one.events != other.events => format!("{:?} and {:?}", one.events, other.events),
        (Ok(one), Ok(other)) if one.messages != other.messages => {
            format!("{:?} and {:?}", one.messages, other.messages)
        }
        (Ok(one), Ok(other)) if one.accounts != other.accounts => {
            format!("{:?} and {:?}", one.accounts, other.accounts)
        }
        (Ok(one), Ok(other)) if one.actor != other.actor => format!("{:?} and {:?}", one.actor, other.actor),
        (Ok(one), Ok(other)) => format!("{} and {}", one.reply, other.reply),
        (one, other) => {
            format!("{:?} and {:?}", one.as_ref().map(|gist| &gist.events), other.as_ref().map(|gist| &gist.events))
        }
    }
}

/// The kinds of events, or the refusal: what must not depend on the time of day.
fn course(
    decided: &Result<Gist, Refusal>,
) -> Result<Vec<std::mem::Discriminant<membership_core::event::Event>>, &Refusal> {
    decided.as_ref().map(|gist| gist.events.iter().map(std::mem::discriminant).collect())
}

/// Takes a step that is no command in a world.
pub(crate) async fn take(world: &World, next: &Move) -> Result<(), StoreError> {
    match next {
        Move::Clock(at) => world.clock.set(*at),
        Move::Deliver { message, outcome } => deliver(world, *message, *outcome).await?,
        Move::Command(_) | Move::Nothing => {}
    }
    Ok(())
}

async fn deliver(world: &World, message: Pick, outcome: Pick) -> Result<(), StoreError> {
    let outbox = &world.stores.outbox;
    let Some(message) = message.of(outbox.due(100).await?) else { return Ok(()) };
    let Some(claimed) = outbox.claim(message, Duration::minutes(5)).await? else { return Ok(()) };
    let reason = || "said so".to_owned();
    let to_several = !matches!(claimed.message.to, Recipient::Address(_) | Recipient::AccountHolder);
    let attempt = match outcome.0 % 5 {
        _ if to_several => Attempt::Expanded(Vec::new()),
        0 => Attempt::Deferred { until: world.now() + Duration::hours(1), reason: reason() },
        1 => Attempt::Bounced { reason: reason() },
        2 => Attempt::Failed { reason: reason() },
        3 => Attempt::Cancelled,
        _ => Attempt::Sent,
    };
    outbox.settle(message, &attempt).await
}
