//! The store in memory passes the suite that every store must pass.

use std::sync::Arc;

use async_trait::async_trait;
use membership_core::port::Clock;
use membership_testkit::conformance::Harness;
use membership_testkit::{Stores, conformance_suite};

struct InMemory;

#[async_trait]
impl Harness for InMemory {
    async fn fresh(&self, clock: Arc<dyn Clock>) -> Stores {
        Stores::in_memory(clock)
    }
}

conformance_suite!(memory, InMemory);
