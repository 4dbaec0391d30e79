//! Set up many people at once: accept the rows, then carry them out part by part, each row with its own outcome (S2.7,
//! S2.8). A row keeps the rules of setting up one person and of changing one; no row is carried out twice.

use crate::authority::{Action, Authority};
use crate::command::enrol::{Place, mail_of_begun, place};
use crate::command::set_login::prepare;
use crate::command::set_up_link::{charge_link, issue_link};
use crate::command::{AddMember, Command, MemberChange, UpdateMember, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{ImportId, MemberId, OrganizationId};
use crate::import::{
    Entry, Existing, Import, ImportRow, ImportState, MOST_ROWS, RowOutcome, RowProblem, RowResult, SettledRow,
};
use crate::input::InvalidInput;
use crate::member::Member;
use crate::quota::Bucket;
use crate::refusal::Refusal;
use crate::set_up::Reach;
use crate::user::User;

/// Accept the rows of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeginImport {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// The import's id.
    pub id: ImportId,
    /// What happens to people who are members already.
    pub existing: Existing,
    /// The rows, by their position; what cannot be carried out has its outcome already.
    pub rows: Vec<ImportRow>,
}

impl Command for BeginImport {
    type Reply = Import;

    fn scope(&self) -> Scope {
        acting(self.organization, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Import>, Refusal> {
        may_import(facts, self.by)?;
        let total = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        if self.rows.is_empty() || MOST_ROWS < self.rows.len() {
            return Err(InvalidInput::new("rows", "out-of-range", "must be 1 to 10,000").into());
        }
        let import = Import {
            id: self.id,
            by: self.by,
            existing: self.existing,
            state: ImportState::Running,
            total,
            done: 0,
            created_at: facts.now,
            finished_at: None,
            version: 1,
        };
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::ImportBegun { import: import.clone(), rows: self.rows.clone() });
        Ok(draft.reply(import))
    }
}

/// Whoever may see whom the organization has invited may try to import; each row asks for more.
///
/// # Errors
/// The rule that says no.
pub fn may_import(facts: &Facts, by: Actor) -> Result<(), Refusal> {
    Authority::of(facts, by)?.may(Action::ViewInvitations)
}

/// A row, with the ids it will need.
#[derive(Debug, Clone)]
pub struct ImportedRow {
    /// Its place among the rows.
    pub position: u32,
    /// The id of the membership, if it makes one.
    pub member: MemberId,
    /// What it says.
    pub entry: Entry,
    /// An account to be prepared, if the row has a password and one may be needed.
    pub login: Option<User>,
}

impl PartialEq for ImportedRow {
    fn eq(&self, other: &Self) -> bool {
        (self.position, self.member) == (other.position, other.member)
    }
}

impl Eq for ImportedRow {}

/// Carry out the next rows of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarryOut {
    /// Which organization.
    pub organization: OrganizationId,
    /// On whose behalf, as the import says.
    pub by: Actor,
    /// Which import.
    pub import: ImportId,
    /// From which row on, as the caller has read it.
    pub from: u32,
    /// Up to which row, that one not included.
    pub until: u32,
    /// What happens to people who are members already, as the import says.
    pub existing: Existing,
    /// Those of the rows that have no outcome yet.
    pub rows: Vec<ImportedRow>,
    /// Rows that nobody can open any more: the key that sealed them is gone.
    pub lost: Vec<u32>,
}

impl Command for CarryOut {
    type Reply = Vec<SettledRow>;

    fn scope(&self) -> Scope {
        Scope { import: Some(self.import), ..rows_scope((self.organization, self.by), &self.rows) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Vec<SettledRow>>, Refusal> {
        facts.head()?;
        let import = facts.import(self.import)?;
        let stands = (import.state, import.by, import.existing, import.done);
        if stands != (ImportState::Running, self.by, self.existing, self.from) || self.until <= self.from {
            return Err(Refusal::ChangedMeanwhile);
        }
        let mut draft = Draft::new(facts, self.by);
        let mut settled = carry_out(&mut draft, (self.by, self.existing), &self.rows)?;
        settled.extend(self.lost.iter().map(|position| SettledRow { position: *position, outcome: lost() }));
        let (import, until) = (self.import, self.until);
        draft.record(Event::ImportAdvanced { import, until, settled: settled.clone() });
        Ok(draft.reply(settled))
    }
}

/// The facts that rows need: whoever has their addresses and numbers, the groups, and what may still reach the
/// mailboxes that they ask to be written to. A row that is refused for its mailbox makes room for another one: if only
/// quotas were read that an attempt before took from, each attempt would meet others.
pub fn rows_scope((organization, by): (OrganizationId, Actor), rows: &[ImportedRow]) -> Scope {
    let addresses: Vec<_> = rows.iter().filter_map(|row| row.entry.email.clone()).collect();
    let mut groups: Vec<_> = rows.iter().flat_map(|row| row.entry.groups.iter().copied()).collect();
    groups.sort_unstable();
    groups.dedup();
    Scope {
        members_at: addresses.clone(),
        invited_at: addresses,
        members_numbered: rows.iter().filter_map(|row| row.entry.profile.number.clone()).collect(),
        lapsed: true,
        groups,
        buckets: mailboxes(rows),
        ..acting(organization, by)
    }
}

/// The mailboxes that rows ask to be written to, in order, each once.
fn mailboxes(rows: &[ImportedRow]) -> Vec<Bucket> {
    let written_to = rows.iter().filter(|row| row.entry.send_email).filter_map(|row| row.entry.email.as_ref());
    let mut buckets: Vec<_> = written_to.map(Bucket::mailbox).collect();
    buckets.sort_unstable();
    buckets.dedup();
    buckets
}

/// Carries out rows one after the other; one that is refused leaves nothing.
///
/// # Errors
/// [`Refusal::ChangedMeanwhile`] if a row needs an account and comes without one.
pub fn carry_out(
    draft: &mut Draft,
    (by, existing): (Actor, Existing),
    rows: &[ImportedRow],
) -> Result<Vec<SettledRow>, Refusal> {
    let allowed = may_import(draft.facts(), by);
    if allowed.is_ok() {
        draft.settle_lapsed();
    }
    let mut settled = Vec::new();
    for row in rows {
        let mut attempt = draft.clone();
        let outcome = allowed.clone().and_then(|()| one(&mut attempt, (by, existing), row));
        let outcome = match outcome {
            Err(Refusal::ChangedMeanwhile) => return Err(Refusal::ChangedMeanwhile),
            Err(refusal) => RowOutcome::failed(vec![RowProblem::from(&refusal)]),
            Ok(outcome) => {
                *draft = attempt;
                outcome
            }
        };
        settled.push(SettledRow { position: row.position, outcome });
    }
    Ok(settled)
}

fn lost() -> RowOutcome {
    let message = "the key that this row was sealed with is gone; import the row again";
    RowOutcome::failed(vec![RowProblem { field: None, code: "row-lost".to_owned(), message: message.to_owned() }])
}

fn one(draft: &mut Draft, (by, existing): (Actor, Existing), row: &ImportedRow) -> Result<RowOutcome, Refusal> {
    let known = row.entry.email.as_ref().and_then(|email| draft.facts().member_at(email)).cloned();
    match known {
        Some(member) if existing == Existing::Ignore => Ok(RowOutcome::of(RowResult::Unchanged, Some(member.id))),
        Some(member) => update(draft, (by, existing), row, &member),
        None => add(draft, by, row),
    }
}

fn add(draft: &mut Draft, by: Actor, row: &ImportedRow) -> Result<RowOutcome, Refusal> {
    let entry = &row.entry;
    if entry.password.is_some() && row.login.is_none() {
        return Err(Refusal::ChangedMeanwhile);
    }
    let add = AddMember {
        organization: draft.facts().head()?.organization.id,
        by,
        id: row.member,
        name: entry.name.clone(),
        email: entry.email.clone(),
        role: entry.role.clone(),
        profile: entry.profile.clone(),
        deactivates_at: entry.deactivates_at,
        login: row.login.clone().filter(|_| entry.password.is_some()),
        link: entry.send_email.then_some(Reach::Mail),
    };
    add.carry_out(draft)?;
    join_groups(draft, by, (row.member, entry))?;
    Ok(RowOutcome::of(RowResult::Added, Some(row.member)))
}

fn update(
    draft: &mut Draft,
    (by, existing): (Actor, Existing),
    row: &ImportedRow,
    member: &Member,
) -> Result<RowOutcome, Refusal> {
    let entry = &row.entry;
    let change = change_of(member, entry, existing);
    let mut has_new = !change.is_empty();
    if has_new {
        let organization = draft.facts().head()?.organization.id;
        UpdateMember { organization, by, member: member.id, change, expected: None }.carry_out(draft)?;
    }
    // A password is the person's as soon as there is a login.
    if entry.password.is_some() && member.user.is_none() {
        let user = row.login.as_ref().ok_or(Refusal::ChangedMeanwhile)?;
        Authority::of(draft.facts(), by)?.may(Action::ManageLogin { member })?;
        let member = draft.facts().member(member.id)?.clone();
        prepare(draft, &member, user)?;
        if entry.send_email {
            charge_link(draft, member.email.as_ref(), Reach::Mail)?;
            issue_link(draft, member.id, Reach::Mail, None)?;
        }
        has_new = true;
    }
    has_new |= join_groups(draft, by, (member.id, entry))?;
    let result = if has_new { RowResult::Updated } else { RowResult::Unchanged };
    Ok(RowOutcome::of(result, Some(member.id)))
}

/// What the row changes of a member. What a person who has a login owns is only ever filled; what the row leaves empty
/// stays as it is, and so do role and deactivation date.
fn change_of(member: &Member, entry: &Entry, existing: Existing) -> MemberChange {
    let (is, says) = (&member.profile, &entry.profile);
    let replaces = existing == Existing::Replace;
    let replaces_the_persons = replaces && member.user.is_none();
    MemberChange {
        first_name: new(is.names.first.as_ref(), says.names.first.as_ref(), replaces_the_persons),
        last_name: new(is.names.last.as_ref(), says.names.last.as_ref(), replaces_the_persons),
        language: new(is.language.as_ref(), says.language.as_ref(), replaces_the_persons),
        number: new(is.number.as_ref(), says.number.as_ref(), replaces),
        additional_information: new(is.additional_information.as_ref(), says.additional_information.as_ref(), replaces),
        labels: Some(&says.labels)
            .filter(|it| !it.is_empty() && (replaces || is.labels.is_empty()) && is.labels != **it)
            .cloned(),
        ..MemberChange::default()
    }
}

fn new<T: Clone + PartialEq>(is: Option<&T>, says: Option<&T>, replaces: bool) -> Option<Option<T>> {
    let says = says?;
    (is != Some(says) && (replaces || is.is_none())).then(|| Some(says.clone()))
}

/// Brings a member into the groups that the row names; whether there was one they were not in.
fn join_groups(draft: &mut Draft, by: Actor, (member, entry): (MemberId, &Entry)) -> Result<bool, Refusal> {
    if entry.groups.is_empty() {
        return Ok(false);
    }
    Authority::of(draft.facts(), by)?.may(Action::ManageGroups)?;
    let mut joined = false;
    for group in &entry.groups {
        draft.facts().group(*group)?;
        if !draft.facts().is_in_group(*group, member) {
            place(draft, Place::Group(*group), member)?;
            joined = true;
        }
    }
    if joined {
        mail_of_begun(draft, member)?;
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, after, at, by, email, founded, group, grouped, invited, limited, member, newcomer,
        outcome, rostered, with,
    };
    use crate::import::Cells;
    use crate::quota::{Cause, MailLimits, Spent};
    use uuid::Uuid;

    const IMPORT: ImportId = ImportId(Uuid::from_u128(77));

    fn cells(number: u128) -> Cells {
        Cells { first_name: "Ada".into(), email: format!("p{number}@example.org"), ..Cells::default() }
    }

    fn row(position: u32, number: u128, cells: &Cells) -> ImportedRow {
        let entry = cells.read(8).unwrap();
        let login = entry.password.is_some().then(|| newcomer(number.saturating_add(500)));
        ImportedRow { position, member: member(number), entry, login }
    }

    fn begun(facts: Facts, rows: u32) -> Facts {
        let sealed = |position| ImportRow { position, line: position + 1, sealed: Some("x".into()), outcome: None };
        let rows = (0..rows).map(sealed).collect();
        let begin =
            BeginImport { organization: ORGANIZATION, by: by(OWNER), id: IMPORT, existing: Existing::Fill, rows };
        after(begin.decide(&facts))
    }

    fn next(from: u32, rows: Vec<ImportedRow>) -> CarryOut {
        let until = from + u32::try_from(rows.len()).unwrap();
        let (organization, import, existing) = (ORGANIZATION, IMPORT, Existing::Fill);
        CarryOut { organization, by: by(OWNER), import, from, until, existing, rows, lost: Vec::new() }
    }

    fn results(decision: &Decision<Vec<SettledRow>>) -> Vec<String> {
        let told = |row: &SettledRow| {
            let codes: Vec<_> = row.outcome.problems.iter().map(|it| it.code.as_str()).collect();
            [row.outcome.result.as_str()].into_iter().chain(codes).collect::<Vec<_>>().join(" ")
        };
        decision.reply.iter().map(told).collect()
    }

    #[test]
    fn s2_7_each_row_has_its_own_outcome() {
        let facts = invited(grouped(with(founded("learning_platform"), 2, "trainee"), 1), 20, "trainee");
        let in_group = |group: GroupIdText| Cells { groups: vec![group.0], ..cells(23) };
        let rows = vec![
            row(0, 21, &cells(21)),
            row(1, 22, &cells(20)),
            row(2, 24, &Cells { role: "pilot".into(), ..cells(24) }),
            row(3, 23, &in_group(GroupIdText(group(1).to_string()))),
            row(4, 25, &Cells { groups: vec![group(9).to_string()], ..cells(25) }),
            row(5, 26, &Cells { deactivates_at: "2001-01-01".into(), ..cells(26) }),
            row(6, 27, &Cells { password: "apozeiru".into(), send_email: "1".into(), ..cells(27) }),
        ];
        let decision = next(0, rows).decide(&begun(facts, 7)).unwrap();
        assert_eq!(
            results(&decision),
            [
                "added",
                "failed already-invited",
                "failed unknown-role",
                "added",
                "failed unknown-group",
                "failed date-in-the-past",
                "added"
            ]
        );
        assert!(decision.after.member(member(25)).is_err(), "a refused row leaves nothing");
        assert!(decision.after.is_in_group(group(1), member(23)));
        let kinds: Vec<_> = decision.messages.iter().map(|it| it.content.kind()).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == "account_set_up").count(), 1);
        let import = decision.after.import(IMPORT).unwrap();
        assert_eq!((import.state, import.done, import.finished_at), (ImportState::Done, 7, Some(NOW)));
    }

    struct GroupIdText(String);

    #[test]
    fn s2_7_no_part_is_carried_out_twice() {
        let facts = begun(founded("team"), 2);
        let first = next(0, vec![row(0, 20, &cells(20))]);
        let facts = after(first.decide(&facts));
        assert_eq!(outcome(&first, &facts), "changed-meanwhile");
        assert_eq!(outcome(&next(1, vec![row(1, 21, &cells(21))]), &facts), "ok");
        let of_another = CarryOut { by: by(2), ..next(1, vec![row(1, 21, &cells(21))]) };
        assert_eq!(outcome(&of_another, &facts), "changed-meanwhile");
        let unknown = CarryOut { import: ImportId(Uuid::from_u128(1)), ..next(1, vec![]) };
        assert_eq!(outcome(&unknown, &facts), "unknown-import");
    }

    #[test]
    fn s2_8_people_who_are_members_already() {
        let says = Cells { labels: vec!["North".into()], number: "7".into(), ..cells(2) };
        for (existing, labels, results_in) in [
            (Existing::Fill, "South", "updated"),
            (Existing::Replace, "North", "updated"),
            (Existing::Ignore, "South", "unchanged"),
        ] {
            let mut facts = with(founded("team"), 2, "member");
            let it = facts.members.iter_mut().find(|it| it.id == member(2)).unwrap();
            it.profile.labels = crate::profile::Labels::parse(["South"]).unwrap();
            let before = it.clone();
            let mut facts = begun(facts, 1);
            facts.imports[0].existing = existing;
            let command = CarryOut { existing, ..next(0, vec![row(0, 30, &says)]) };
            let decision = command.decide(&facts).unwrap();
            assert_eq!(results(&decision), [results_in], "{existing:?}");
            let it = decision.after.member(member(2)).unwrap();
            assert_eq!(it.profile.labels.iter().collect::<Vec<_>>(), [labels], "{existing:?}");
            assert_eq!((&it.name, it.user), (&before.name, before.user), "the person's own stays");
        }
    }

    fn mailed(number: u128, address: &str) -> Cells {
        Cells { email: address.to_owned(), send_email: "1".into(), ..cells(number) }
    }

    fn limits(facts: Facts, per_recipient: &str) -> Facts {
        let limits = MailLimits { invitations_per_recipient: per_recipient.parse().unwrap(), ..MailLimits::off() };
        Facts { limits, ..facts }
    }

    #[test]
    fn a54_a_row_whose_mailbox_has_had_enough_leaves_nothing() {
        let facts = limits(begun(limited(founded("learning_platform"), 4), 5), "2/d");
        let rows = vec![
            row(0, 20, &mailed(20, "p20@example.org")),
            row(1, 21, &mailed(21, "p20+one@example.org")),
            row(2, 22, &mailed(22, "p20+two@example.org")),
            row(3, 23, &Cells { email: "p20+three@example.org".into(), ..cells(23) }),
            row(4, 24, &cells(24)),
        ];
        let command = next(0, rows);
        assert_eq!(command.scope().buckets, [Bucket::mailbox(&email("p20@example.org"))]);
        let decision = command.decide(&facts).unwrap();
        let told = results(&decision);
        assert_eq!(told, ["added", "added", "failed rate-limited", "added", "failed seat-limit-reached"]);
        assert!(decision.after.member(member(22)).is_err(), "nor is the seat taken");
        assert_eq!(decision.messages.iter().filter(|it| it.content.kind() == "account_set_up").count(), 2);
        assert_eq!(decision.charges.iter().map(|it| it.times).collect::<Vec<_>>(), [2]);
        let problem = &decision.reply[2].outcome.problems[0];
        assert_eq!(problem.field.as_deref(), Some("send_email"));
        let again = |now| {
            let facts = begun(Facts { imports: Vec::new(), ..at(limited(decision.after.clone(), 9), now) }, 1);
            results(&next(0, vec![row(0, 22, &mailed(22, "p20+two@example.org"))]).decide(&facts).unwrap())
        };
        assert_eq!(again(NOW), ["failed rate-limited"]);
        assert_eq!(again(NOW + time::Duration::hours(12)), ["added"], "a later import sends it");
    }

    #[test]
    fn a54_a_member_who_is_prepared_and_written_to_counts_as_well() {
        let known = rostered(founded("learning_platform"), 20, "trainee");
        let credentials = Cells { password: "apozeiru".into(), labels: vec!["North".into()], ..cells(20) };
        let rows = || vec![row(0, 30, &Cells { send_email: "1".into(), ..credentials.clone() })];
        let facts = limits(begun(known, 1), "1/d");
        let decision = next(0, rows()).decide(&facts).unwrap();
        assert_eq!((results(&decision), decision.charges.len()), (vec!["updated".to_owned()], 1));
        let spent = Spent {
            bucket: Bucket::mailbox(&email("p20@example.org")),
            cause: Cause::Invitation,
            seconds: 86_400,
            empties_at: NOW + time::Duration::days(1),
        };
        let refused = next(0, rows()).decide(&Facts { spent: vec![spent.clone()], ..facts.clone() }).unwrap();
        assert_eq!(results(&refused), ["failed rate-limited"]);
        let it = refused.after.member(member(20)).unwrap();
        assert_eq!((it.user, it.profile.labels.is_empty()), (None, true), "nothing of the row is done");
        let unmailed = next(0, vec![row(0, 30, &credentials)]);
        assert!(unmailed.scope().buckets.is_empty());
        let decision = unmailed.decide(&Facts { spent: vec![spent], ..facts }).unwrap();
        assert_eq!((results(&decision), decision.charges.len()), (vec!["updated".to_owned()], 0));
    }

    #[test]
    fn the_last_seat_goes_to_the_first_row() {
        let facts = begun(limited(founded("learning_platform"), 2), 2);
        let decision = next(0, vec![row(0, 20, &cells(20)), row(1, 21, &cells(21))]).decide(&facts).unwrap();
        assert_eq!(results(&decision), ["added", "failed seat-limit-reached"]);
    }

    #[test]
    fn who_may_import_no_more_has_the_rest_refused() {
        let mut facts = begun(with(founded("team"), 2, "admin"), 1);
        facts.imports[0].by = by(2);
        facts
            .members
            .iter_mut()
            .filter(|it| it.id == member(2))
            .for_each(|it| it.role = crate::fixture::role("member"));
        let decision = CarryOut { by: by(2), ..next(0, vec![row(0, 20, &cells(20))]) }.decide(&facts).unwrap();
        assert_eq!(results(&decision), ["failed permission-missing"]);
        assert_eq!(email("p20@example.org"), cells(20).email.parse().unwrap());
    }

    #[test]
    fn who_may_begin() {
        let facts = with(founded("team"), 2, "member");
        let begin = |who, rows| BeginImport {
            organization: ORGANIZATION,
            by: by(who),
            id: IMPORT,
            existing: Existing::Fill,
            rows,
        };
        let rows = vec![ImportRow { position: 0, line: 1, sealed: None, outcome: None }];
        assert_eq!(outcome(&begin(OWNER, rows.clone()), &facts), "ok");
        assert_eq!(outcome(&begin(2, rows), &facts), "permission-missing");
        assert_eq!(outcome(&begin(OWNER, vec![]), &facts), "invalid-input");
    }
}
