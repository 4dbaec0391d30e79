//! What audits and sweeps need.

use async_trait::async_trait;
use membership_core::audit::{AuditEntry, Stream};
use membership_core::id::OrganizationId;
use membership_core::organization::{ChainEnd, OrganizationState};
use membership_core::port::{StoreError, Upkeep};
use time::Duration;

use super::MemoryStore;
use super::dump::{Dump, MessageState, OrganizationRows};

const LOGS_AT_ONCE: usize = 100;
const ENTRIES_AT_ONCE: usize = 1_000;
const SENT_FOR: Duration = Duration::days(30);

#[async_trait]
impl Upkeep for MemoryStore {
    async fn logs(&self, after: Option<Stream>) -> Result<Vec<(Stream, ChainEnd)>, StoreError> {
        let dump = self.dump();
        let organizations = dump.organizations.iter().map(|(id, rows)| (Stream::Organization(*id), rows.head.audit));
        let users = dump.users.values().map(|user| (Stream::User(user.id), user.audit));
        let all = organizations.chain(users);
        Ok(all.filter(|(stream, _)| after.is_none_or(|after| after < *stream)).take(LOGS_AT_ONCE).collect())
    }

    async fn log(&self, stream: Stream, after: u64) -> Result<Vec<AuditEntry>, StoreError> {
        let dump = self.dump();
        let log = match stream {
            Stream::Organization(id) => dump.organizations.get(&id).map(|rows| &rows.log),
            Stream::User(id) => dump.user_logs.get(&id),
        };
        let entries = log.into_iter().flatten().filter(|entry| after < entry.sequence);
        Ok(entries.take(ENTRIES_AT_ONCE).cloned().collect())
    }

    async fn organizations_with_lapsed(&self, limit: u32) -> Result<Vec<OrganizationId>, StoreError> {
        let (dump, now) = (self.dump(), self.now());
        let has_lapsed = |rows: &OrganizationRows| {
            rows.head.organization.state != OrganizationState::Deleted
                && (rows.invitations.values().any(|it| it.has_lapsed(now))
                    || rows.members.values().any(|it| it.has_lapsed(now))
                    || rows.head.subscription.announcement_is_due(now))
        };
        let lapsed = dump.organizations.iter().filter(|(_, rows)| has_lapsed(rows)).map(|(id, _)| *id);
        Ok(lapsed.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
    }

    async fn forget_expired(&self) -> Result<u64, StoreError> {
        let now = self.now();
        self.change(|dump| {
            let before = rows(dump);
            dump.receipts.retain(|_, it| now < it.expires_at);
            dump.sign_ups.retain(|_, it| now < it.expires_at);
            dump.sign_ins.retain(|_, it| now < it.expires_at);
            let is_old = |at: time::OffsetDateTime| at <= now.saturating_sub(SENT_FOR);
            dump.links.retain(|_, it| !is_old(it.expires_at));
            dump.outbox.retain(|_, it| it.state != MessageState::Sent || !it.settled_at.is_some_and(is_old));
            Ok(u64::try_from(before.saturating_sub(rows(dump))).unwrap_or(0))
        })
    }
}

fn rows(dump: &Dump) -> usize {
    [dump.receipts.len(), dump.sign_ups.len(), dump.sign_ins.len(), dump.links.len(), dump.outbox.len()].iter().sum()
}
