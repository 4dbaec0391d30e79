//! The importer carries out accepted imports part by part. Any server may, and several may run: each part is one
//! transaction that is written once, whoever comes to it, so that a server that is killed leaves nothing half done.

use std::sync::Arc;
use std::time::{Duration, Instant};

use membership_core::id::{ImportId, OrganizationId};
use membership_core::port::Upkeep;
use membership_core::service::{Accounts, Failure};

/// How long the importer rests when there is nothing to do.
const REST: Duration = Duration::from_secs(1);

/// For how long a server has an import to itself: that long an import rests when its server was killed. A part that takes
/// longer may be begun by another server, too; it is written once all the same.
const LEASE: time::Duration = time::Duration::seconds(10);

/// After how long it lets go, so that others come to their turn.
const TURN: Duration = Duration::from_secs(3);

/// How many imports a round looks for.
const MOST: u32 = 10;

/// Carries out accepted imports.
pub struct Importer {
    accounts: Accounts,
    upkeep: Arc<dyn Upkeep>,
}

impl Importer {
    /// An importer of one deployment.
    pub fn new(accounts: Accounts, upkeep: Arc<dyn Upkeep>) -> Self {
        Self { accounts, upkeep }
    }

    /// Works until `shutdown` is ready. A part that is under way then is given up, and begun again by whoever is next.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let round = async {
                match self.run_once().await {
                    Ok(0) => tokio::time::sleep(REST).await,
                    Ok(parts) => tracing::info!(parts, "imported"),
                    Err(error) => {
                        tracing::warn!(%error, "importing failed; it is tried again");
                        tokio::time::sleep(REST).await;
                    }
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = round => {}
            }
        }
    }

    /// One round: each import that nobody else has claimed, for a turn. Returns how many parts were carried out.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn run_once(&self) -> Result<u32, Failure> {
        let mut parts: u32 = 0;
        for (organization, import) in self.upkeep.due_imports(MOST).await? {
            if self.upkeep.claim_import(organization, import, LEASE).await? {
                parts = parts.saturating_add(self.turn(organization, import).await?);
            }
        }
        Ok(parts)
    }

    async fn turn(&self, organization: OrganizationId, import: ImportId) -> Result<u32, Failure> {
        let (begun, mut parts) = (Instant::now(), 0_u32);
        while begun.elapsed() < TURN {
            let more = match self.accounts.carry_on(organization, import).await {
                Ok(more) => more,
                // The organization was deleted: nothing is left to be done in it.
                Err(Failure::Refused(_)) => false,
                Err(failure) => return Err(failure),
            };
            parts = parts.saturating_add(1);
            if !more {
                break;
            }
        }
        self.upkeep.release_import(organization, import).await?;
        Ok(parts)
    }
}
