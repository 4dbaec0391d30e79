//! Two thousand random walks on the model: every promise holds after every step.
//!
//! `PROPTEST_CASES` sets how many walks each test takes.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a property test fails by panicking")]

use membership_testkit::Walker;
use membership_testkit::strategy::walk_of;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

fn cases(default: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// A fifth of the two thousand walks, from an organization of one preset.
fn walks_of(preset: &'static str) {
    let config = Config { cases: cases(400), failure_persistence: None, ..Config::default() };
    let runtime = runtime();
    let outcome = TestRunner::new(config).run(&walk_of(preset), |walk| {
        runtime.block_on(Walker::new().walk(&walk)).map_err(|it| TestCaseError::fail(it.to_string()))?;
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
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
