//! Everything an organization has, as it is kept elsewhere and put back (S3.8): rows without secrets, and what must hold
//! of them before they are believed. Decision 0032 says what a restore changes, and why.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use crate::audit::{AuditEntry, BrokenChain, ChainCheck};
use crate::facts::Facts;
use crate::group::{Group, GroupMember};
use crate::id::{MemberId, OrganizationId, UserId};
use crate::input::InvalidInput;
use crate::invitation::{Invitation, InvitationState};
use crate::member::{Member, MemberStatus};
use crate::organization::{Head, OrganizationState};
use crate::program::{Enrolment, Program, Session};
use crate::resource::{Holder, Resource, Share};
use crate::roster::Round;
use crate::wording::{TemplateKind, Wording};

/// One row of an organization. Keys, receipts, quotas, imports and waiting mail are no part of a backup: they are secrets,
/// or matter for a day.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the row it is named after")]
pub enum Piece {
    Head(Box<Head>),
    Member(Box<Member>),
    Invitation(Box<Invitation>),
    Group(Group),
    GroupMember(GroupMember),
    Program(Box<Program>),
    Session(Box<Session>),
    Enrolment(Enrolment),
    Round(Box<Round>),
    Wording(Box<Wording>),
    Record(Box<Resource>),
    Share(Box<Share>),
    Entry(Box<AuditEntry>),
}

/// Who takes the rows, one by one; says whether it wants more.
pub type PieceSink<'a> = dyn FnMut(Piece) -> bool + Send + 'a;

/// The tables that a backup covers. A test compares the list with the tables there are.
pub const BACKED_UP_TABLES: [&str; 14] = [
    "organizations",
    "organization_seats",
    "memberships",
    "invitations",
    "groups",
    "group_members",
    "programs",
    "sessions",
    "enrolments",
    "roster_rounds",
    "wordings",
    "resources",
    "resource_shares",
    "audit_log",
];

/// The tables of an organization that a backup leaves out: secrets, and what matters for a day.
pub const LEFT_OUT_TABLES: [&str; 8] = [
    "api_keys",
    "idempotency_keys",
    "outbox",
    "organization_quotas",
    "imports",
    "import_rows",
    "login_clears",
    "cleared_logins",
];

/// The tables in which a deleted organization keeps its rows when it comes back; those in all others go first.
pub const KEPT_TABLES: [&str; 4] = ["organizations", "organization_seats", "audit_log", "organization_quotas"];

/// All rows of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Estate {
    /// Its head. A backup has exactly one.
    pub head: Option<Head>,
    /// Its members.
    pub members: Vec<Member>,
    /// Its invitations, past ones included.
    pub invitations: Vec<Invitation>,
    /// Its groups.
    pub groups: Vec<Group>,
    /// Who is in which.
    pub group_members: Vec<GroupMember>,
    /// Its programs.
    pub programs: Vec<Program>,
    /// Their sessions.
    pub sessions: Vec<Session>,
    /// Who is enrolled by name.
    pub enrolments: Vec<Enrolment>,
    /// Its rounds of mail to members without a login.
    pub rounds: Vec<Round>,
    /// The texts of its mails.
    pub wordings: Vec<Wording>,
    /// Its records.
    pub records: Vec<Resource>,
    /// With whom they are shared.
    pub shares: Vec<Share>,
    /// Its audit log, in order.
    pub log: Vec<AuditEntry>,
}

/// Why rows cannot be what an organization was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The organization itself is not among them, or is twice.
    #[error("there must be one organization in it")]
    Head,
    /// Two rows claim the same id, person, address or number.
    #[error("two {0} are the same")]
    Twice(&'static str),
    /// A row belongs to something that is not there.
    #[error("one of the {0} belongs to something that is not in it")]
    Dangling(&'static str),
    /// A row names a role that is none of the organization's.
    #[error("one of the {0} has a role that is not among its roles")]
    Role(&'static str),
    /// A session ends before it begins.
    #[error("one of the sessions ends before it begins")]
    Session,
    /// A text cannot be that of the mail it is chosen for.
    #[error("one of the texts of mails cannot be used: {0}")]
    Text(#[from] InvalidInput),
    /// The owner is not an active member.
    #[error("the owner is not an active member in it")]
    Owner,
    /// The seat counters are not what they count.
    #[error("the seats that are counted are not those that are held")]
    Seats,
    /// The audit log is not the one that was written.
    #[error("its audit log cannot be: {0}")]
    Log(#[from] BrokenChain),
}

impl Estate {
    /// Takes one more row.
    ///
    /// # Errors
    /// [`Fault::Head`] for a second organization.
    pub fn add(&mut self, piece: Piece) -> Result<(), Fault> {
        match piece {
            Piece::Head(it) if self.head.is_none() => self.head = Some(*it),
            Piece::Head(_) => return Err(Fault::Head),
            Piece::Member(it) => self.members.push(*it),
            Piece::Invitation(it) => self.invitations.push(*it),
            Piece::Group(it) => self.groups.push(it),
            Piece::GroupMember(it) => self.group_members.push(it),
            Piece::Program(it) => self.programs.push(*it),
            Piece::Session(it) => self.sessions.push(*it),
            Piece::Enrolment(it) => self.enrolments.push(it),
            Piece::Round(it) => self.rounds.push(*it),
            Piece::Wording(it) => self.wordings.push(*it),
            Piece::Record(it) => self.records.push(*it),
            Piece::Share(it) => self.shares.push(*it),
            Piece::Entry(it) => self.log.push(*it),
        }
        Ok(())
    }

    /// The rows one by one, each after what it belongs to.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> + '_ {
        let head = self.head.iter().map(|it| Piece::Head(Box::new(it.clone())));
        let people = self.members.iter().map(|it| Piece::Member(Box::new(it.clone())));
        let offers = self.invitations.iter().map(|it| Piece::Invitation(Box::new(it.clone())));
        let groups = self.groups.iter().map(|it| Piece::Group(it.clone()));
        let places = self.group_members.iter().map(|it| Piece::GroupMember(*it));
        let programs = self.programs.iter().map(|it| Piece::Program(Box::new(it.clone())));
        let sessions = self.sessions.iter().map(|it| Piece::Session(Box::new(it.clone())));
        let enrolments = self.enrolments.iter().map(|it| Piece::Enrolment(*it));
        let rounds = self.rounds.iter().map(|it| Piece::Round(Box::new(it.clone())));
        let wordings = self.wordings.iter().map(|it| Piece::Wording(Box::new(it.clone())));
        let records = self.records.iter().map(|it| Piece::Record(Box::new(it.clone())));
        let shares = self.shares.iter().map(|it| Piece::Share(Box::new(it.clone())));
        let log = self.log.iter().map(|it| Piece::Entry(Box::new(it.clone())));
        let attending = groups.chain(places).chain(programs).chain(sessions).chain(enrolments);
        head.chain(wordings)
            .chain(people)
            .chain(offers)
            .chain(attending)
            .chain(rounds)
            .chain(records)
            .chain(shares)
            .chain(log)
    }

    /// The organization's id.
    ///
    /// # Errors
    /// [`Fault::Head`].
    pub fn id(&self) -> Result<OrganizationId, Fault> {
        self.head.as_ref().map(|head| head.organization.id).ok_or(Fault::Head)
    }

    /// Checks all that a store or a decision takes for granted: whoever can edit a file can also make its digest fit.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn check(&self) -> Result<(), Fault> {
        let head = self.head.as_ref().ok_or(Fault::Head)?;
        self.check_claims()?;
        self.check_references()?;
        self.check_rows(head)?;
        let owner = head.organization.owner.map(|id| self.members.iter().find(|it| it.id == id));
        let is_active = |owner: Option<&Member>| owner.is_some_and(|it| it.status == MemberStatus::Active);
        match (head.organization.state, owner) {
            (OrganizationState::AwaitingOwner, None) => {}
            (OrganizationState::Live, Some(owner)) if is_active(owner) => {}
            _ => return Err(Fault::Owner),
        }
        let held = self.members.iter().filter(|it| it.seat).count();
        let reserved = self.invitations.iter().filter(|it| it.reserves_seat).count();
        let waiting = self.members.iter().filter(|it| it.waits_since.is_some()).count();
        let counted = [head.seats.assigned, head.seats.reserved, head.seats.waiting];
        if [held, reserved, waiting].map(|it| u32::try_from(it).ok()) != counted.map(Some) {
            return Err(Fault::Seats);
        }
        let mut chain = ChainCheck::default();
        self.log.iter().try_for_each(|entry| chain.next(entry))?;
        Ok(chain.finish(&head.audit)?)
    }

    fn check_claims(&self) -> Result<(), Fault> {
        let pending = || self.invitations.iter().filter(|it| it.state == InvitationState::Pending);
        if self.invitations.iter().any(|it| it.state != InvitationState::Pending && it.reserves_seat) {
            return Err(Fault::Seats);
        }
        unique("members", self.members.iter().map(|it| it.id))?;
        unique("members", self.members.iter().filter_map(|it| it.user))?;
        unique("members' numbers", self.members.iter().filter_map(|it| it.profile.number.as_ref()))?;
        unique("invitations", self.invitations.iter().map(|it| it.id))?;
        unique("pending invitations", pending().map(|it| &it.email))?;
        unique("groups", self.groups.iter().map(|it| it.id))?;
        unique("programs", self.programs.iter().map(|it| it.id))?;
        unique("sessions", self.sessions.iter().map(|it| it.id))?;
        unique("places in groups", self.group_members.iter().map(|it| (it.group, it.member)))?;
        unique("enrolments", self.enrolments.iter().map(|it| (it.session, it.member)))?;
        unique("rounds", self.rounds.iter().map(|it| it.id))?;
        unique("rounds", self.rounds.iter().map(|it| it.number))?;
        unique("texts of mails", self.wordings.iter().map(|it| it.id))?;
        unique("records", self.records.iter().map(|it| &it.name))?;
        unique("shares", self.shares.iter().map(|it| (&it.resource, it.holder.kind(), it.holder.id())))
    }

    fn check_references(&self) -> Result<(), Fault> {
        let members: BTreeSet<_> = self.members.iter().map(|it| it.id).collect();
        let groups: BTreeSet<_> = self.groups.iter().map(|it| it.id).collect();
        let programs: BTreeSet<_> = self.programs.iter().map(|it| it.id).collect();
        let sessions: BTreeSet<_> = self.sessions.iter().map(|it| it.id).collect();
        let records: BTreeSet<_> = self.records.iter().map(|it| &it.name).collect();
        let holder = |it: Holder| match it {
            Holder::Member(id) => members.contains(&id),
            Holder::Group(id) => groups.contains(&id),
        };
        let all = |what, holds: bool| if holds { Ok(()) } else { Err(Fault::Dangling(what)) };
        let in_group = |it: &GroupMember| groups.contains(&it.group) && members.contains(&it.member);
        all("places in groups", self.group_members.iter().all(in_group))?;
        all("sessions", self.sessions.iter().all(|it| programs.contains(&it.program)))?;
        let enrolled = |it: &Enrolment| sessions.contains(&it.session) && members.contains(&it.member);
        all("enrolments", self.enrolments.iter().all(enrolled))?;
        all("shares", self.shares.iter().all(|it| records.contains(&it.resource) && holder(it.holder)))
    }

    /// What commands see to when they write a row.
    fn check_rows(&self, head: &Head) -> Result<(), Fault> {
        let scheme = &head.organization.policy.role_scheme;
        if self.members.iter().any(|it| scheme.role(&it.role).is_none()) {
            return Err(Fault::Role("members"));
        }
        if self.invitations.iter().any(|it| scheme.role(&it.role).is_none()) {
            return Err(Fault::Role("invitations"));
        }
        if self.members.iter().any(|it| it.seat && it.waits_since.is_some()) {
            return Err(Fault::Seats);
        }
        if self.sessions.iter().any(|it| Session::check_dates(it.starts_at, it.ends_at).is_err()) {
            return Err(Fault::Session);
        }
        let of_templates =
            head.organization.branding.wordings.0.iter().filter_map(|(key, it)| Some((it.wording?, key.kind)));
        let of_invitations = self.invitations.iter().filter_map(|it| Some((it.wording?, TemplateKind::Invitation)));
        for (id, kind) in of_templates.chain(of_invitations) {
            self.wordings.iter().filter(|it| it.id == id).try_for_each(|it| it.check(kind))?;
        }
        Ok(())
    }

    /// The users that members have where the backup was taken.
    pub fn users(&self) -> Vec<UserId> {
        self.members.iter().filter_map(|it| it.user).collect()
    }

    /// The members whose user is none of these, who therefore have no login here.
    pub fn without_login(&self, known: &BTreeSet<UserId>) -> Vec<MemberId> {
        let is_unknown = |it: &&Member| it.user.is_some_and(|user| !known.contains(&user));
        self.members.iter().filter(is_unknown).map(|it| it.id).collect()
    }

    /// The rows as facts, for a decision at that instant; the log aside.
    pub(crate) fn facts(&self, now: OffsetDateTime) -> Facts {
        Facts {
            head: self.head.clone(),
            members: self.members.clone(),
            invitations: self.invitations.clone(),
            groups: self.groups.clone(),
            group_members: self.group_members.clone(),
            programs: self.programs.clone(),
            sessions: self.sessions.clone(),
            enrolments: self.enrolments.clone(),
            rounds: self.rounds.clone(),
            wordings: self.wordings.clone(),
            resources: self.records.clone(),
            shares: self.shares.clone(),
            ..Facts::nothing(now)
        }
    }
}

fn unique<T: Ord>(what: &'static str, keys: impl Iterator<Item = T>) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key) {
            return Err(Fault::Twice(what));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, founded, invited, sessioned, with};
    use crate::language::Language;
    use crate::role::RoleKey;
    use crate::wording::TemplateKey;

    /// An organization of two with an open invitation and a session.
    fn estate() -> Estate {
        let facts = sessioned(invited(with(founded("learning_platform"), 2, "author"), 20, "trainee"), 1, 1, 2);
        Estate {
            head: facts.head,
            members: facts.members,
            invitations: facts.invitations,
            programs: facts.programs,
            sessions: facts.sessions,
            ..Estate::default()
        }
    }

    fn fault(spoil: impl FnOnce(&mut Estate)) -> Option<Fault> {
        let mut estate = estate();
        spoil(&mut estate);
        let head = estate.head.clone().unwrap();
        estate.check_rows(&head).err()
    }

    #[test]
    fn s3_8_rows_that_no_command_writes_are_found() {
        assert_eq!(fault(|_| ()), None);
        let stranger = || RoleKey::parse("captain").unwrap();
        assert_eq!(fault(|it| it.members[1].role = stranger()), Some(Fault::Role("members")));
        assert_eq!(fault(|it| it.invitations[0].role = stranger()), Some(Fault::Role("invitations")));
        let seated_and_waiting = |it: &mut Estate| (it.members[1].seat, it.members[1].waits_since) = (true, Some(NOW));
        assert_eq!(fault(seated_and_waiting), Some(Fault::Seats));
        assert_eq!(fault(|it| it.sessions[0].ends_at = it.sessions[0].starts_at), Some(Fault::Session));
    }

    #[test]
    fn s3_8_a_text_without_its_link_is_found_wherever_it_is_chosen() {
        let text = |text: &str| Wording::of("Hello".to_owned(), text.to_owned());
        let template = |kind| TemplateKey { kind, language: Language::English };
        let chosen = |kind, wording: Wording| {
            fault(|it| {
                it.head.as_mut().unwrap().organization.branding.wordings.choose(template(kind), Some(wording.id));
                it.wordings.push(wording);
            })
        };
        assert_eq!(chosen(TemplateKind::Invitation, text("Come {{ link }}")), None);
        let without = chosen(TemplateKind::Invitation, text("Come"));
        assert!(matches!(&without, Some(Fault::Text(why)) if why.code == "missing-placeholder"), "{without:?}");
        assert_eq!(chosen(TemplateKind::SeatAllocated, text("Come")), None, "that mail needs no link");
        let own = fault(|it| {
            it.invitations[0].wording = Some(text("Come").id);
            it.wordings.push(text("Come"));
        });
        assert_eq!(own, without);
    }
}
