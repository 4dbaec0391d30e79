//! What audits and sweeps need.

use async_trait::async_trait;
use membership_core::api_key::ApiKey;
use membership_core::audit::{AuditEntry, Stream};
use membership_core::backup::{Piece, PieceSink};
use membership_core::id::{ImportId, OrganizationId};
use membership_core::import::Import;
use membership_core::login_clear::{ClearState, LoginClear};
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

    async fn copy(&self, organization: OrganizationId, sink: &mut PieceSink<'_>) -> Result<(), StoreError> {
        let dump = self.dump();
        let Some(rows) = dump.organizations.get(&organization).cloned() else { return Ok(()) };
        let (places, enrolments): (Vec<_>, Vec<_>) = (rows.places().collect(), rows.enrolments().collect());
        let head = std::iter::once(Piece::Head(Box::new(rows.head)));
        let people = rows.members.into_values().map(|it| Piece::Member(Box::new(it)));
        let offers = rows.invitations.into_values().map(|it| Piece::Invitation(Box::new(it)));
        let groups = rows.groups.into_values().map(Piece::Group).chain(places.into_iter().map(Piece::GroupMember));
        let programs = rows.programs.into_values().map(|it| Piece::Program(Box::new(it)));
        let sessions = rows.sessions.into_values().map(|it| Piece::Session(Box::new(it)));
        let attending = programs.chain(sessions).chain(enrolments.into_iter().map(Piece::Enrolment));
        let wordings = rows.wordings.into_values().map(|it| Piece::Wording(Box::new(it)));
        let rounds = rows.rounds.into_values().map(|it| Piece::Round(Box::new(it)));
        let records = rows.resources.into_values().map(|it| Piece::Record(Box::new(it)));
        let shared = records.chain(rows.shares.into_values().map(|it| Piece::Share(Box::new(it))));
        let log = rows.log.into_iter().map(|it| Piece::Entry(Box::new(it)));
        let people = wordings.chain(people).chain(offers);
        let mut all = head.chain(people).chain(groups).chain(attending).chain(rounds).chain(shared).chain(log);
        while all.next().is_some_and(&mut *sink) {}
        Ok(())
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

    async fn due_imports(&self, limit: u32) -> Result<Vec<(OrganizationId, ImportId)>, StoreError> {
        let (dump, now) = (self.dump(), self.now());
        let mut due = Vec::new();
        for (id, rows) in &dump.organizations {
            let is_alive = rows.head.organization.state != OrganizationState::Deleted;
            let is_free = |it: &&Import| rows.import_leases.get(&it.id).is_none_or(|until| *until <= now);
            let open = rows.imports.values().filter(|it| is_alive && it.state.is_open()).filter(is_free);
            due.extend(open.map(|it| (it.created_at, it.id, *id)));
        }
        due.sort_unstable();
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(due.into_iter().map(|(_, import, organization)| (organization, import)).collect())
    }

    async fn claim_import(
        &self,
        organization: OrganizationId,
        import: ImportId,
        lease: Duration,
    ) -> Result<bool, StoreError> {
        let now = self.now();
        self.change(|dump| {
            let Some(rows) = dump.organizations.get_mut(&organization) else { return Ok(false) };
            let is_open = rows.imports.get(&import).is_some_and(|it| it.state.is_open());
            let is_free = rows.import_leases.get(&import).is_none_or(|until| *until <= now);
            if is_open && is_free {
                rows.import_leases.insert(import, now.saturating_add(lease));
            }
            Ok(is_open && is_free)
        })
    }

    async fn release_import(&self, organization: OrganizationId, import: ImportId) -> Result<(), StoreError> {
        self.change(|dump| {
            if let Some(rows) = dump.organizations.get_mut(&organization) {
                rows.import_leases.remove(&import);
            }
            Ok(())
        })
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
            let is_listed =
                |key: &ApiKey| key.revoked_at.unwrap_or(key.expires_at) > now.saturating_sub(ApiKey::LISTED_FOR);
            dump.operator_keys.retain(|_, key| is_listed(key));
            dump.organizations.values_mut().for_each(|rows| rows.keys.retain(|_, key| is_listed(key)));
            for rows in dump.organizations.values_mut() {
                rows.imports.retain(|_, it| !it.finished_at.is_some_and(is_old));
                let OrganizationRows { imports, import_rows, import_leases, .. } = rows;
                import_rows.retain(|(import, _), _| imports.contains_key(import));
                import_leases.retain(|import, _| imports.contains_key(import));
                let OrganizationRows { clears, cleared, .. } = rows;
                let is_over = |it: &LoginClear| {
                    it.state == ClearState::Cleared && it.undone_until().is_some_and(|until| until <= now)
                };
                cleared.retain(|(clear, _), _| !clears.get(clear).is_some_and(is_over));
            }
            dump.spent.retain(|_, empties_at| now < *empties_at);
            dump.outbox.retain(|_, it| it.state != MessageState::Sent || !it.settled_at.is_some_and(is_old));
            Ok(u64::try_from(before.saturating_sub(rows(dump))).unwrap_or(0))
        })
    }
}

fn rows(dump: &Dump) -> usize {
    let keys = dump.organizations.values().map(|rows| rows.keys.len()).sum::<usize>() + dump.operator_keys.len();
    let links = [dump.sign_ups.len(), dump.sign_ins.len(), dump.links.len()].iter().sum::<usize>();
    let imports = dump.organizations.values().map(|rows| rows.imports.len()).sum::<usize>();
    let kept = dump.organizations.values().map(|rows| rows.cleared.len()).sum::<usize>();
    kept + imports + dump.receipts.len() + dump.outbox.len() + dump.spent.len() + keys + links
}
