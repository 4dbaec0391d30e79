//! The walks can fail: each store here breaks one promise, and the invariant that guards it says so.

#![expect(clippy::unwrap_used, reason = "a property test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use membership_core::changes::Changes;
use membership_core::facts::{Facts, Scope};
use membership_core::id::{MemberId, SignInId, UserId};
use membership_core::invitation::InvitationState;
use membership_core::port::{Session, Store, StoreError, UsedKey};
use membership_core::resource::{Holder, Level, Share};
use membership_testkit::strategy::{Theme, walk, walk_about};
use membership_testkit::{MemoryStore, Violation, Walker};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Within how many walks a broken promise must be found.
const WALKS: usize = 200;

/// The same where only few steps can break it.
const MANY_WALKS: usize = 3_000;

/// A store that tells lies about the facts, or does not write what it was given.
#[derive(Clone)]
struct Sabotaged {
    store: MemoryStore,
    facts: fn(&mut Facts),
    changes: fn(&Facts, &mut Changes),
}

struct SabotagedSession {
    session: Box<dyn Session>,
    told: Facts,
    changes: fn(&Facts, &mut Changes),
}

#[async_trait]
impl Store for Sabotaged {
    async fn open(&self, scope: &Scope) -> Result<Box<dyn Session>, StoreError> {
        let session = self.store.open(scope).await?;
        let mut told = session.facts().clone();
        (self.facts)(&mut told);
        Ok(Box::new(SabotagedSession { session, told, changes: self.changes }))
    }

    async fn read(&self, scope: &Scope) -> Result<Facts, StoreError> {
        self.store.read(scope).await
    }

    async fn note_seen(&self, user: UserId, sign_in: SignInId) -> Result<(), StoreError> {
        self.store.note_seen(user, sign_in).await
    }

    async fn note_key_used(&self, key: UsedKey) -> Result<(), StoreError> {
        self.store.note_key_used(key).await
    }
}

#[async_trait]
impl Session for SabotagedSession {
    fn facts(&self) -> &Facts {
        &self.told
    }

    async fn commit(self: Box<Self>, mut changes: Changes) -> Result<(), StoreError> {
        (self.changes)(self.session.facts(), &mut changes);
        self.session.commit(changes).await
    }
}

/// The names of what the invariants found on walks over a broken store.
fn found(facts: fn(&mut Facts), changes: fn(&Facts, &mut Changes)) -> BTreeSet<&'static str> {
    let mut runner = TestRunner::deterministic();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut found = BTreeSet::new();
    for _ in 0..WALKS {
        let walk = walk().new_tree(&mut runner).unwrap().current();
        let walker = Walker::on_a_broken_store(|store| Arc::new(Sabotaged { store, facts, changes }));
        if let Err(Violation { invariant, .. }) = runtime.block_on(walker.walk(&walk)) {
            found.insert(invariant);
        }
    }
    found
}

#[track_caller]
fn is_found(invariant: &str, facts: fn(&mut Facts), changes: fn(&Facts, &mut Changes)) {
    let found = found(facts, changes);
    assert!(found.contains(invariant), "{invariant} found nothing in {WALKS} walks; the others found {found:?}");
}

/// As [`is_found`], in as many walks about one thing as it takes.
#[track_caller]
fn is_found_at_last(invariant: &str, about: Theme, facts: fn(&mut Facts), changes: fn(&Facts, &mut Changes)) {
    let mut runner = TestRunner::deterministic();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let finds = |_| {
        let walk = walk_about(about).new_tree(&mut runner).unwrap().current();
        let walker = Walker::on_a_broken_store(|store| Arc::new(Sabotaged { store, facts, changes }));
        runtime.block_on(walker.walk(&walk)).is_err_and(|it| it.invariant == invariant)
    };
    assert!((0..MANY_WALKS).any(finds), "{invariant} found nothing in {MANY_WALKS} walks");
}

fn truth(_: &mut Facts) {}

fn all(_: &Facts, _: &mut Changes) {}

#[test]
fn an_honest_store_is_found_honest() {
    assert_eq!(found(truth, all), BTreeSet::new());
}

#[test]
fn i1_a_forgotten_owner_is_found() {
    let nobody_owns_it = |facts: &mut Facts| {
        if let Some(head) = &mut facts.head {
            head.organization.owner = None;
        }
    };
    is_found("i1_one_active_owner", nobody_owns_it, all);
}

#[test]
fn i2_a_forgotten_seat_limit_is_found() {
    let no_limit = |facts: &mut Facts| {
        if let Some(head) = &mut facts.head {
            head.seats.limit = None;
        }
    };
    let keeps_the_true_limit = |facts: &Facts, changes: &mut Changes| {
        let is_set = changes.audit.iter().any(|entry| entry.event == "seat-limit-set");
        if let (Some(saved), Some(head), false) = (&mut changes.head, &facts.head, is_set) {
            saved.row.seats.limit = head.seats.limit;
        }
    };
    is_found("i2_taken_seats_never_rise_above_the_limit", no_limit, keeps_the_true_limit);
}

#[test]
fn i2_counters_that_are_not_written_are_found() {
    let keeps_the_old_counters = |facts: &Facts, changes: &mut Changes| {
        if let (Some(saved), Some(head)) = (&mut changes.head, &facts.head) {
            saved.row.seats = head.seats;
        }
    };
    is_found("i2_counters_equal_the_rows", truth, keeps_the_old_counters);
}

#[test]
fn i3_an_invitation_that_ends_twice_is_found() {
    let it_is_always_open = |facts: &mut Facts| {
        for it in &mut facts.invitations {
            (it.state, it.settled_at, it.member) = (InvitationState::Pending, None, None);
        }
    };
    is_found("i3_an_invitation_ends_once", it_is_always_open, all);
}

#[test]
fn i4_a_second_offer_and_a_second_membership_are_found() {
    let nobody_else_is_there = |facts: &mut Facts| {
        let owner = facts.head.as_ref().and_then(|head| head.organization.owner);
        facts.members.retain(|it| Some(it.id) == owner);
        facts.invitations.retain(|it| it.generation == 0);
    };
    is_found("i4_one_membership_and_one_offer_each", nobody_else_is_there, all);
}

#[test]
fn i6_a_message_that_is_not_written_is_found() {
    let drops_the_mail = |_: &Facts, changes: &mut Changes| changes.messages.clear();
    is_found("i6_every_message_has_its_cause", truth, drops_the_mail);
}

#[test]
fn i8_a_share_that_outlives_the_membership_is_found() {
    let keeps_the_record_and_forgets_the_member = |facts: &mut Facts| facts.shares.clear();
    let gives_it_to_nobody = |_: &Facts, changes: &mut Changes| {
        for saved in &mut changes.shares {
            saved.row.holder = Holder::Member(MemberId(uuid::Uuid::from_u128(7)));
        }
    };
    is_found("i8_a_share_has_a_holder_and_a_record", keeps_the_record_and_forgets_the_member, gives_it_to_nobody);
}

#[test]
fn s4_6_a_login_without_a_date_is_found() {
    let undated = |_: &Facts, changes: &mut Changes| {
        for saved in &mut changes.members {
            saved.row.login_since = None;
        }
    };
    is_found("s4_6_every_login_is_dated_and_nothing_else", truth, undated);
}

#[test]
fn s2_6_an_initial_password_that_need_not_be_replaced_is_found() {
    let not_due = |_: &Facts, changes: &mut Changes| {
        for saved in &mut changes.users {
            saved.row.password_due = false;
        }
    };
    is_found("s2_6_an_initial_password_must_be_replaced", truth, not_due);
}

#[test]
fn i12_a_link_that_works_twice_is_found() {
    let unused = |facts: &mut Facts| {
        for link in facts.members.iter_mut().filter_map(|it| it.set_up.as_mut()) {
            link.used_at = None;
        }
    };
    is_found_at_last("i12_links_and_initial_passwords_work_once", Theme::Logins, unused, all);
}

#[test]
fn a28_a_code_that_can_be_guessed_for_ever_is_found() {
    let forgotten = |_: &Facts, changes: &mut Changes| {
        for code in changes.members.iter_mut().filter_map(|it| it.row.set_up.as_mut()?.code.as_mut()) {
            code.misses = 0;
        }
    };
    is_found_at_last("a28_a_code_that_guesses_have_ended_stays_dead", Theme::Logins, truth, forgotten);
}

#[test]
fn i9_a_record_shared_by_somebody_who_does_not_control_it_is_found() {
    let everybody_controls_everything = |facts: &mut Facts| {
        let holders: Vec<_> = facts.members.iter().map(|it| Holder::Member(it.id)).collect();
        for it in &facts.resources {
            for holder in &holders {
                facts.shares.retain(|share| share.resource != it.name || share.holder != *holder);
                let (resource, level) = (it.name.clone(), Level::Control);
                facts.shares.push(Share { resource, holder: *holder, level, version: 1 });
            }
        }
    };
    let as_if_they_were_new = |facts: &Facts, changes: &mut Changes| {
        for saved in &mut changes.shares {
            let is_it = |it: &&Share| (&it.resource, it.holder) == (&saved.row.resource, saved.row.holder);
            saved.expected = facts.shares.iter().find(is_it).map(|it| it.version);
        }
        // What was never shared cannot be taken away.
        changes.removed_shares.clear();
    };
    is_found_at_last(
        "i9_nobody_shares_above_their_own",
        Theme::Records,
        everybody_controls_everything,
        as_if_they_were_new,
    );
}

#[test]
fn i9_a_role_above_ones_own_is_found() {
    let everybody_ranks_highest = |facts: &mut Facts| {
        if let Some(head) = &facts.head {
            let top = head.organization.policy.role_scheme.top().clone();
            facts.members.iter_mut().for_each(|it| it.role = top.clone());
        }
    };
    let keeps_the_true_roles = |facts: &Facts, changes: &mut Changes| {
        let was_given = |id| changes.audit.iter().any(|it| it.event == "member-role-changed" && it.subject == id);
        for saved in &mut changes.members {
            if let Ok(member) = facts.member(saved.row.id)
                && !was_given(member.id.0)
            {
                saved.row.role = member.role.clone();
            }
        }
    };
    is_found("i9_nobody_grants_more_than_they_hold", everybody_ranks_highest, keeps_the_true_roles);
}

#[test]
fn i9_an_ownership_that_is_passed_on_by_somebody_else_is_found() {
    let whoever_comes_last_owns_it = |facts: &mut Facts| {
        if let Some(head) = &mut facts.head {
            head.organization.owner = facts.members.last().map(|it| it.id);
        }
    };
    is_found("i9_nobody_grants_more_than_they_hold", whoever_comes_last_owns_it, all);
}

#[test]
fn i15_an_entry_that_is_not_written_is_found() {
    let drops_the_last_entry = |_: &Facts, changes: &mut Changes| drop(changes.audit.pop());
    is_found("i15_every_log_is_an_intact_chain", truth, drops_the_last_entry);
}

#[test]
fn i15_an_edited_entry_is_found() {
    let softens_it = |_: &Facts, changes: &mut Changes| {
        changes.audit.iter_mut().for_each(|entry| entry.subject_name = "somebody".to_owned());
    };
    is_found("i15_every_log_is_an_intact_chain", truth, softens_it);
}
