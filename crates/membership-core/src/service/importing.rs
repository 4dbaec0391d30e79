//! Imports: tried first, accepted with their rows sealed, and carried out part by part by whoever finds them.

use crate::command::import::{carry_out, may_import, rows_scope};
use crate::command::{BeginImport, CarryOut, ImportedRow};
use crate::draft::{Actor, Draft};
use crate::facts::{Facts, Receipt, Scope};
use crate::id::{ImportId, MemberId, OrganizationId, UserId};
use crate::import::{
    Cells, Entry, Existing, Import, ImportCounts, ImportRow, ImportState, MOST_ROWS, NewRow, RowOutcome, RowProblem,
    RowResult, SettledRow, read_rows,
};
use crate::input::InvalidInput;
use crate::member::Member;
use crate::organization::ChainEnd;
use crate::quota::{Bucket, Spent};
use crate::refusal::Refusal;
use crate::role::RoleKey;
use crate::service::{Accounts, Failure, Memberships, Outcome, Request};
use crate::user::{PasswordHash, User};

/// How an import goes about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportTerms {
    /// What happens to people who are members already.
    pub existing: Existing,
    /// The role of whoever is new and whose row names none; the organization's default one if none is named.
    pub role: Option<RoleKey>,
}

/// What would become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// The line of the file.
    pub line: u32,
    /// What would become of it.
    pub outcome: RowOutcome,
}

/// An import as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// The import.
    pub import: Import,
    /// How many rows have which result.
    pub counts: ImportCounts,
    /// Whether what it made can be taken back now.
    pub can_be_undone: bool,
}

/// Every method refuses as [`may_import`] does; besides, the store may fail.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
impl Memberships {
    /// The imports of the last 30 days, the newest first.
    pub async fn imports(&self, organization: OrganizationId, by: Actor) -> Result<Vec<ImportView>, Failure> {
        self.imports_of(organization, by, None).await
    }

    /// An import.
    pub async fn import(
        &self,
        organization: OrganizationId,
        by: Actor,
        import: ImportId,
    ) -> Result<ImportView, Failure> {
        let found = self.imports_of(organization, by, Some(import)).await?.pop();
        Ok(found.ok_or(Refusal::UnknownImport)?)
    }

    /// Rows of an import from that position on, at most 1,000.
    pub async fn import_rows(
        &self,
        organization: OrganizationId,
        by: Actor,
        (import, from): (ImportId, u32),
    ) -> Result<Vec<ImportRow>, Failure> {
        let facts = self.facts_for(organization, by, Scope { import: Some(import), ..Scope::default() }).await?;
        may_import(&facts, by)?;
        facts.import(import)?;
        Ok(self.ports.directory.import_rows(organization, import, from, 1_000).await?)
    }

    async fn imports_of(
        &self,
        organization: OrganizationId,
        by: Actor,
        import: Option<ImportId>,
    ) -> Result<Vec<ImportView>, Failure> {
        let facts = self.facts_for(organization, by, Scope::default()).await?;
        may_import(&facts, by)?;
        let found = self.ports.directory.imports(organization, import).await?;
        let view = |(import, counts): (Import, ImportCounts)| ImportView {
            can_be_undone: import.can_be_undone(facts.now),
            import,
            counts,
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// What seals a row: it opens nowhere else.
    fn row_context(import: ImportId, position: u32) -> String {
        format!("row {position} of import {import}")
    }

    fn sealed(&self, import: ImportId, position: u32, cells: &Cells) -> Result<String, Failure> {
        let text =
            serde_json::to_vec(cells).map_err(|error| InvalidInput::new("rows", "unreadable", error.to_string()))?;
        let (links, random) = (&self.ports.links, &self.ports.random);
        Ok(links.seal(Self::row_context(import, position).as_bytes(), random.secret(), &text))
    }

    fn opened(&self, import: ImportId, position: u32, sealed: &str) -> Option<Cells> {
        let text = self.ports.links.open(Self::row_context(import, position).as_bytes(), sealed)?;
        serde_json::from_slice(&text).ok()
    }
}

/// Every method may fail as the store, or with [`Failure::Overloaded`] while too many passwords are being hashed.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// What would become of each row. Nothing is written (X.3). The same rows carried out now come to the same.
    ///
    /// Refuses as [`may_import`] does, and [`Refusal::Invalid`] if there are no rows or too many.
    pub async fn rehearse_import(
        &self,
        organization: OrganizationId,
        by: Actor,
        (terms, rows): (&ImportTerms, &[NewRow]),
    ) -> Result<Vec<RowReport>, Failure> {
        self.accepts(organization, by, rows).await?;
        let mut reports = Vec::new();
        let mut carried: Option<Facts> = None;
        let all: Vec<_> = (0..).zip(rows.iter().zip(self.read(terms, rows))).collect();
        for part in all.chunks(usize::try_from(Import::ROWS_AT_ONCE).unwrap_or(usize::MAX)) {
            let entries = part.iter().filter_map(|(position, (_, entry))| Some((*position, entry.as_ref().ok()?)));
            let imported: Vec<_> = entries.map(|(position, entry)| self.unprepared(position, entry)).collect();
            let scope = rows_scope((organization, by), &imported);
            let mut facts = self.memberships.limited(self.memberships.ports.store.read(&scope).await?);
            if let Some(earlier) = &carried {
                overlay(&mut facts, earlier, &scope.buckets);
            }
            let mut draft = Draft::new(&facts, by);
            let mut settled = carry_out(&mut draft, (by, terms.existing), &imported)?.into_iter();
            for (_, (row, entry)) in part {
                let outcome = match entry {
                    Ok(_) => settled.next().map(|it| it.outcome),
                    Err(problems) => Some(RowOutcome::failed(problems.clone())),
                };
                reports.extend(outcome.map(|outcome| RowReport { line: row.line, outcome: without_new(outcome) }));
            }
            let mut after = draft.facts().clone();
            if let Some(earlier) = carried {
                keep_others(&mut after, earlier, &scope.buckets);
            }
            carried = Some(after);
        }
        Ok(reports)
    }

    /// Accepts rows to be carried out. What cannot be read has its outcome at once; everything else is sealed.
    ///
    /// Refuses as [`BeginImport`] does.
    pub async fn begin_import(
        &self,
        (organization, by, id): (OrganizationId, Actor, ImportId),
        (terms, rows): (&ImportTerms, &[NewRow]),
        request: Request<'_>,
        receipt: impl Fn(&Import) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<Import>, Failure> {
        self.accepts(organization, by, rows).await?;
        let mut kept = Vec::new();
        for (position, (row, entry)) in (0..).zip(rows.iter().zip(self.read(terms, rows))) {
            let (sealed, outcome) = match entry {
                Ok(entry) => {
                    let role = entry.role.map(|role| role.to_string()).unwrap_or_default();
                    let cells = Cells { role, ..row.cells.clone() };
                    (Some(self.memberships.sealed(id, position, &cells)?), None)
                }
                Err(problems) => (None, Some(RowOutcome::failed(problems))),
            };
            kept.push(ImportRow { position, line: row.line, sealed, outcome });
        }
        let command = BeginImport { organization, by, id, existing: terms.existing, rows: kept };
        self.memberships.run(&command, request, receipt).await
    }

    /// Carries out, or takes back, the next rows of an import in one transaction; whether there are more. Whoever comes
    /// second finds nothing to do.
    pub async fn carry_on(&self, organization: OrganizationId, import: ImportId) -> Result<bool, Failure> {
        let ports = self.memberships.ports();
        let facts = ports.store.read(&Scope { import: Some(import), ..Scope::of(organization) }).await?;
        facts.head()?;
        let it = facts.import(import)?.clone();
        let rows = ports.directory.import_rows(organization, import, it.done, Import::ROWS_AT_ONCE).await?;
        let until = rows.last().map_or(it.total, |row| row.position.saturating_add(1));
        let advanced = match it.state {
            ImportState::Running => self.carry_out_next(organization, &it, (until, rows)).await,
            ImportState::Undoing => self.take_back_next(organization, &it, (until, rows)).await,
            ImportState::Done | ImportState::Undone => return Ok(false),
        };
        match advanced {
            Ok(_) => Ok(until < it.total),
            // Another server was faster, or a person came in between: the next look tells.
            Err(Failure::Refused(Refusal::ChangedMeanwhile)) => Ok(true),
            Err(failure) => Err(failure),
        }
    }

    async fn carry_out_next(
        &self,
        organization: OrganizationId,
        import: &Import,
        (until, rows): (u32, Vec<ImportRow>),
    ) -> Result<Vec<SettledRow>, Failure> {
        let (mut imported, mut lost) = (Vec::new(), Vec::new());
        for row in rows.into_iter().filter(|row| row.outcome.is_none()) {
            let sealed = row.sealed.unwrap_or_default();
            let cells = self.memberships.opened(import.id, row.position, &sealed).unwrap_or_default();
            // It was readable when it was accepted. If its key is gone since, the row has to fail, not the import.
            match cells.read(0) {
                Ok(entry) => imported.push(self.unprepared(row.position, &entry)),
                Err(_) => lost.push(row.position),
            }
        }
        self.prepare_logins((organization, import.by), &mut imported).await?;
        let command = CarryOut {
            organization,
            by: import.by,
            import: import.id,
            from: import.done,
            until,
            existing: import.existing,
            rows: imported,
            lost,
        };
        self.memberships.execute(&command).await
    }

    /// Hashes the passwords of those rows that may need one, before any transaction.
    async fn prepare_logins(
        &self,
        (organization, by): (OrganizationId, Actor),
        rows: &mut [ImportedRow],
    ) -> Result<(), Failure> {
        let scope = Scope { buckets: Vec::new(), ..rows_scope((organization, by), rows) };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let language = facts.head()?.organization.language;
        for row in rows {
            let known = row.entry.email.as_ref().and_then(|email| facts.member_at(email));
            let needs = known.is_none_or(|it| it.user.is_none());
            row.login = match (&row.entry.password, row.login.take()) {
                (Some(password), Some(user)) if needs => Some(User {
                    password: Some(self.passwords.hash(password.clone()).await?),
                    language: row.entry.profile.language.unwrap_or(language),
                    created_at: facts.now,
                    ..user
                }),
                _ => None,
            };
        }
        Ok(())
    }

    async fn accepts(&self, organization: OrganizationId, by: Actor, rows: &[NewRow]) -> Result<(), Failure> {
        let facts = self.memberships.facts_for(organization, by, Scope::default()).await?;
        may_import(&facts, by)?;
        if rows.is_empty() || MOST_ROWS < rows.len() {
            return Err(InvalidInput::new("rows", "out-of-range", "must be 1 to 10,000").into());
        }
        Ok(())
    }

    fn read(&self, terms: &ImportTerms, rows: &[NewRow]) -> Vec<Result<Entry, Vec<RowProblem>>> {
        let mut read = read_rows(rows, terms.role.as_ref(), self.rules.shortest_password);
        if let Err(refusal) = self.keeps_accounts() {
            for row in &mut read {
                if row.as_ref().is_ok_and(|entry| entry.password.is_some() || entry.send_email) {
                    *row = Err(vec![RowProblem::from(&refusal)]);
                }
            }
        }
        read
    }

    /// A row with the ids it will need; if it has a password, with an account that has none yet.
    fn unprepared(&self, position: u32, entry: &Entry) -> ImportedRow {
        let random = &self.memberships.ports.random;
        let login = entry.password.is_some().then(|| User {
            id: UserId(random.id()),
            name: entry.name.clone(),
            names: entry.profile.names.clone(),
            username: None,
            emails: Vec::new(),
            password: None::<PasswordHash>,
            password_due: false,
            initial_password: None,
            password_generation: 0,
            identities: Vec::new(),
            language: entry.profile.language.unwrap_or_default(),
            operator: false,
            home: None,
            created_at: time::OffsetDateTime::UNIX_EPOCH,
            audit: ChainEnd::default(),
            version: 1,
        });
        ImportedRow { position, member: MemberId(random.id()), entry: entry.clone(), login }
    }
}

/// What an earlier part has left takes the place of what the store still says; of quotas, where this part needs them.
fn overlay(facts: &mut Facts, earlier: &Facts, buckets: &[Bucket]) {
    facts.head = earlier.head.clone();
    for member in &mut facts.members {
        if let Some(known) = earlier.members.iter().find(|it| it.id == member.id) {
            member.clone_from(known);
        }
    }
    for invitation in &mut facts.invitations {
        if let Some(known) = earlier.invitations.iter().find(|it| it.id == invitation.id) {
            invitation.clone_from(known);
        }
    }
    for known in earlier.spent.iter().filter(|it| is_among(buckets, it)) {
        let is_same = |it: &Spent| (&it.bucket, it.cause, it.seconds) == (&known.bucket, known.cause, known.seconds);
        facts.spent.retain(|it| !is_same(it));
        facts.spent.push(known.clone());
    }
}

/// What a part does not concern stays as the parts before it have left it.
fn keep_others(after: &mut Facts, earlier: Facts, buckets: &[Bucket]) {
    let known = |it: &Member| after.members.iter().any(|other| other.id == it.id);
    let others: Vec<_> = earlier.members.into_iter().filter(|it| !known(it)).collect();
    after.members.extend(others);
    after.spent.extend(earlier.spent.into_iter().filter(|it| !is_among(buckets, it)));
}

/// Whether a quota is one of these buckets', which are in order.
fn is_among(buckets: &[Bucket], spent: &Spent) -> bool {
    buckets.binary_search(&spent.bucket).is_ok()
}

/// A member who would be added has no id yet.
fn without_new(outcome: RowOutcome) -> RowOutcome {
    let member = outcome.member.filter(|_| outcome.result != RowResult::Added);
    RowOutcome { member, ..outcome }
}
