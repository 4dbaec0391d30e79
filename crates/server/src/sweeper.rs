//! The sweeper writes down what time has ended and forgets what nobody can use. Nothing depends on it (I16): validity is
//! decided by comparing times; this keeps counters and tables tidy and the log complete.

use std::sync::Arc;
use std::time::Duration;

use membership_core::port::Upkeep;
use membership_core::service::{Failure, Memberships};

/// How long the sweeper rests between rounds.
const REST: Duration = Duration::from_secs(60);

/// How many organizations a round settles at most; the next one takes the others.
const MOST_ORGANIZATIONS: u32 = 100;

/// Tidies up behind time.
pub struct Sweeper {
    memberships: Memberships,
    upkeep: Arc<dyn Upkeep>,
}

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Invitations expired and memberships deactivated.
    pub settled: usize,
    /// Rows forgotten.
    pub forgotten: u64,
}

impl Sweeper {
    /// A sweeper of one deployment.
    pub fn new(memberships: Memberships, upkeep: Arc<dyn Upkeep>) -> Self {
        Self { memberships, upkeep }
    }

    /// Works until `shutdown` is ready.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            match self.run_once().await {
                Ok(swept) if swept != Swept::default() => tracing::info!(?swept, "swept"),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "sweeping failed; the next round tries again"),
            }
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(REST) => {}
            }
        }
    }

    /// One round.
    ///
    /// # Errors
    /// What the store could not do. An organization that was deleted meanwhile is passed over.
    pub async fn run_once(&self) -> Result<Swept, Failure> {
        let mut swept = Swept::default();
        for organization in self.upkeep.organizations_with_lapsed(MOST_ORGANIZATIONS).await? {
            match self.memberships.settle(organization).await {
                Ok(settled) => swept.settled = swept.settled.saturating_add(settled),
                Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        swept.forgotten = self.upkeep.forget_expired().await?;
        Ok(swept)
    }
}
