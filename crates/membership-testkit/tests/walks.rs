//! Two thousand random walks on the model: every promise holds after every step.
//!
//! `PROPTEST_CASES` sets how many walks each test takes.

#![expect(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a property test fails by panicking")]

use std::cell::Cell;
use std::collections::BTreeSet;

use membership_core::command::{Accept, Acceptor, SetSubscription, Settle};
use membership_core::draft::Actor;
use membership_core::id::{MemberId, UserId};
use membership_core::person::Person;
use membership_core::policy::SeatPolicy;
use membership_core::port::Random;
use membership_core::secret::Link;
use membership_core::subscription::Terms;
use membership_testkit::strategy::{Move, Walk, walk, walk_of};
use membership_testkit::walker::{Answer, Tally};
use membership_testkit::{AnyCommand, Walker, fixture};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

fn cases(default: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// A fifth of the two thousand walks, from an organization of one preset.
fn walks_of(preset: &'static str) {
    let cases = cases(400);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let runtime = runtime();
    let (taken, failed) = (Cell::new(0), Cell::new(None));
    let outcome = TestRunner::new(config).run(&walk_of(preset), |walk| {
        taken.set(taken.get() + 1);
        runtime.block_on(Walker::new().walk(&walk)).map_err(|violation| {
            // What comes after the first failure are attempts to shorten it.
            failed.set(failed.get().or(Some(taken.get())));
            TestCaseError::fail(violation.to_string())
        })?;
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("walk {} of {cases}: {failure}", failed.get().unwrap_or_default());
    }
}

#[test]
fn every_promise_holds_on_walks_of_a_team() {
    walks_of("team");
}

#[test]
fn every_promise_holds_on_walks_of_a_group_subscription() {
    walks_of("group_subscription");
}

#[test]
fn every_promise_holds_on_walks_of_a_learning_platform() {
    walks_of("learning_platform");
}

#[test]
fn every_promise_holds_on_walks_of_an_account() {
    walks_of("account");
}

#[test]
fn every_promise_holds_on_walks_of_a_member_portal() {
    walks_of("member_portal");
}

/// The walks are worth something only if they do everything: each command is carried out somewhere, and many of them.
/// As many walks are taken as that needs; what 4,000 have not done, walks do not do.
#[test]
fn every_command_is_walked() {
    let mut runner = TestRunner::deterministic();
    let runtime = runtime();
    let mut sum = Tally::new();
    let missing = |sum: &Tally| {
        let times = |name: &str| sum.get(&(name, "ok")).copied().unwrap_or_default();
        AnyCommand::NAMES.iter().filter(|name| times(name) == 0).copied().collect::<Vec<_>>()
    };
    for number in 0..4_000 {
        if 500 <= number && missing(&sum).is_empty() {
            break;
        }
        let walk = walk().new_tree(&mut runner).unwrap().current();
        for (outcome, times) in runtime.block_on(Walker::new().walk(&walk)).unwrap() {
            *sum.entry(outcome).or_default() += times;
        }
    }
    assert!(missing(&sum).is_empty(), "never carried out: {:?}", missing(&sum));
    let times = |name: &str| sum.get(&(name, "ok")).copied().unwrap_or_default();
    let all: usize = sum.values().sum();
    let carried_out: usize = AnyCommand::NAMES.iter().map(|name| times(name)).sum();
    assert!(all < 3 * carried_out, "only {carried_out} of {all} commands were carried out");
}

/// I16: "No background job is needed for correctness." A world in which what time has ended is written down after
/// every step answers as one in which nobody ever does.
#[test]
fn i16_a_sweeper_changes_no_answer() {
    let mut runner = TestRunner::deterministic();
    let runtime = runtime();
    for _ in 0..cases(200) {
        let walk = walk().new_tree(&mut runner).unwrap().current();
        runtime.block_on(swept_and_not(&walk));
    }
}

async fn swept_and_not(walk: &Walk) {
    let (swept, untouched) = (Walker::new(), Walker::new());
    let beginning = walk.beginning(&*untouched.world().random);
    swept.judge(&beginning).await.unwrap().unwrap();
    untouched.judge(&beginning).await.unwrap().unwrap();
    for step in &walk.steps {
        let now = untouched.world().now();
        match step.resolve(&untouched.dump(), now, &*untouched.world().random) {
            Move::Clock(at) => {
                swept.world().clock.set(at);
                untouched.world().clock.set(at);
            }
            Move::Command(command) if !matches!(*command, AnyCommand::Settle(_)) => {
                let code = |answer: Answer| answer.map(drop).map_err(|refusal| refusal.code());
                let (one, other) = (swept.judge(&command).await.unwrap(), untouched.judge(&command).await.unwrap());
                assert_eq!(code(one), code(other), "{command:?}");
            }
            _ => {}
        }
        for organization in untouched.dump().organizations.keys() {
            let settle = AnyCommand::Settle(Settle { organization: *organization });
            swept.judge(&settle).await.unwrap().ok();
        }
    }
}

/// I2 holds on the walks above whatever the seat policy: between them the presets have all there are.
#[test]
fn i2_every_seat_policy_is_walked() {
    let presets = ["team", "group_subscription", "learning_platform", "account", "member_portal"];
    let walked: BTreeSet<_> = presets.iter().map(|preset| fixture::policy(preset).seat_policy).collect();
    let every = [SeatPolicy::Unlimited, SeatPolicy::OnJoining, SeatPolicy::OnInviting, SeatPolicy::ByHand];
    assert_eq!(walked, BTreeSet::from(every));
}

/// S3.5: whoever was promised a seat gets it. After any walk, with no seat left to sell, every invitation that has
/// reserved one can still be accepted as far as seats go, and accepting takes none beyond the reserved one.
#[test]
fn s3_5_converting_a_reservation_never_needs_a_free_seat() {
    let mut runner = TestRunner::deterministic();
    let runtime = runtime();
    let mut converted = 0;
    for _ in 0..cases(200) {
        let walk = walk_of("account").new_tree(&mut runner).unwrap().current();
        converted += runtime.block_on(reservations_converted(&walk));
    }
    assert!(20 < converted, "the walks leave too few reservations: {converted}");
}

/// Takes the walk, takes all free seats away, and then accepts every reserving invitation; how many became members.
async fn reservations_converted(walk: &Walk) -> usize {
    let walker = Walker::new();
    walker.walk(walk).await.unwrap();
    let (world, mut converted) = (walker.world(), 0);
    let dump = walker.dump();
    for (organization, rows) in &dump.organizations {
        let terms = Terms { seat_limit: Some(0), ..Terms::default() };
        let by = Actor::Operator(None);
        let sell = SetSubscription { organization: *organization, by, terms, expected: None };
        if walker.judge(&AnyCommand::from(sell)).await.unwrap().is_err() {
            continue; // It was deleted.
        }
        let reserving = rows.invitations.values().filter(|it| it.reserves_seat && it.is_outstanding(world.now()));
        for invitation in reserving {
            let seats = || walker.dump().organizations[organization].head.seats;
            let before = seats().taken();
            let person = Person { verified: vec![invitation.email.clone()], ..fixture::person(9_000) };
            let accept = Accept {
                link: Link::to_invitation(*organization, invitation.id, invitation.generation),
                acceptor: Acceptor::SignedIn(Person { user: UserId(world.random.id()), ..person }),
                member: MemberId(world.random.id()),
                sign_in: None,
                ends: None,
            };
            match walker.judge(&AnyCommand::from(accept)).await.unwrap() {
                Ok(_) => {
                    converted += 1;
                    assert_eq!(seats().taken(), before, "a reservation became a seat, and no other was taken");
                }
                Err(refusal) => assert_ne!(refusal.code(), "seat-limit-reached", "{invitation:?}"),
            }
        }
    }
    converted
}
