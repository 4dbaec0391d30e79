//! Wakes the courier as soon as there is mail.

use std::sync::Arc;

use membership_core::port::Doorbell;
use tokio::sync::Notify;

/// Rung after each commit that left mail. Copies ring the same bell; a ring while the courier works is not lost.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    pub(super) async fn rung(&self) {
        self.0.notified().await;
    }
}

impl Doorbell for Bell {
    fn ring(&self) {
        self.0.notify_one();
    }
}
