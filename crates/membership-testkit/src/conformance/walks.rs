//! Random walks on a store and on the model at the same time: the same answers on the way, the same rows at the end.

use std::sync::Arc;

use membership_core::refusal::Refusal;
use membership_core::service::Failure;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{Harness, observe};
use crate::clock::ManualClock;
use crate::strategy::{Move, Walk, walk};
use crate::walker::{Answer, take};
use crate::world::World;

/// How many walks a store takes unless `CONFORMANCE_WALKS` says otherwise.
const WALKS: usize = 32;

/// The same random walks on the store and on the model give equal answers and equal refusals, and the same can be seen
/// through every port at the end. The walks are the same in every run; `CONFORMANCE_WALKS` sets how many.
///
/// # Panics
/// If the store and the model differ.
pub async fn random_walks_end_as_they_do_on_the_model<H: Harness>(harness: Arc<H>) {
    let walks = std::env::var("CONFORMANCE_WALKS").ok().and_then(|text| text.parse().ok()).unwrap_or(WALKS);
    let mut runner = TestRunner::deterministic();
    for number in 0..walks {
        let walk = walk().new_tree(&mut runner).expect("a walk can be made").current();
        let clock = Arc::new(ManualClock::default());
        let store = World::on(harness.fresh(clock.clone()).await, clock);
        both(number, &walk, &store).await;
    }
}

/// Takes a walk on the model and, step by step, on the store.
async fn both(number: usize, walk: &Walk, store: &World) {
    let (model, memory) = World::with_memory();
    let mut moves = vec![Move::Command(Box::new(walk.beginning(&*model.random)))];
    let mut steps = walk.steps.iter();
    while let Some(next) = moves.pop() {
        let (on_model, on_store) = (carry_out(&model, &next).await, carry_out(store, &next).await);
        assert_eq!(on_store, on_model, "walk {number}: {next:?}");
        if let Some(step) = steps.next() {
            moves.push(step.resolve(&memory.dump(), model.now(), &*model.random));
        }
    }
    let seen = [&store.stores, &model.stores].map(|stores| async { observe(stores).await.expect("what is there") });
    let [on_store, on_model] = seen;
    let (on_store, on_model) = (on_store.await, on_model.await);
    // One after the other, so that a difference can be read.
    assert_eq!(on_store.heads, on_model.heads, "walk {number}: {walk:?}");
    assert_eq!(on_store.members, on_model.members, "walk {number}: {walk:?}");
    assert_eq!(on_store.invitations, on_model.invitations, "walk {number}: {walk:?}");
    assert_eq!(on_store, on_model, "walk {number}: {walk:?}");
}

async fn carry_out(world: &World, next: &Move) -> Option<Answer> {
    let Move::Command(command) = next else {
        take(world, next).await.expect("the store works");
        return None;
    };
    Some(match world.memberships.execute(&**command).await {
        Ok(reply) => Ok(reply),
        Err(Failure::Refused(refusal)) => Err::<String, Refusal>(refusal),
        Err(failure) => panic!("the store failed: {failure}"),
    })
}
