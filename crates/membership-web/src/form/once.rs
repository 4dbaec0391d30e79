//! A form that is sent twice is carried out once (F20, I14): by a double click, a reload, or a proxy that tries again.

use membership_core::draft::derived_id;
use membership_core::facts::{Receipt, ReceiptKey, Scope};
use membership_core::secret::TokenHash;
use membership_core::service::{Failure, Memberships, Request};
use time::Duration;
use uuid::Uuid;

use crate::visit::Visit;

/// For how long a repeat is recognised, as for the API's `Idempotency-Key`.
const KEPT: Duration = Duration::hours(24);

/// What is the same each time the same form is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Once(pub(super) [u8; 32]);

impl Once {
    /// The id of what the form makes.
    pub(crate) fn id(self, what: &str) -> Uuid {
        derived_id(&[b"form", what.as_bytes(), &self.0])
    }

    /// The request, with the receipt that a repeat is recognised by; `scope` is the organization or user it is kept with.
    pub(crate) fn request(self, visit: &Visit, scope: Uuid) -> Request<'_> {
        Request { receipt: Some(self.key(scope)), ..visit.request() }
    }

    /// What is kept. A page needs no answer kept: it leads to the same place.
    pub(crate) async fn receipt(self, memberships: &Memberships, scope: Uuid) -> Result<Receipt, Failure> {
        let now = memberships.ports().store.read(&Scope::default()).await?.now;
        let (key, expires_at) = (self.key(scope), now.saturating_add(KEPT));
        Ok(Receipt { key, fingerprint: self.0, answer: Vec::new(), expires_at })
    }

    fn key(self, scope: Uuid) -> ReceiptKey {
        ReceiptKey { scope, key: TokenHash(self.0) }
    }
}
