//! Steps about what an organization keeps of its members, and about their logins.

use membership_core::command::{
    AddMember, LoginOf, MemberChange, RedeemSetUpLink, Redeemer, SendRoundChunk, StartRound, TrySetUpCode,
};
use membership_core::draft::Actor;
use membership_core::id::{MemberId, OrganizationId, RoundId};
use membership_core::import::{Cells, Entry};
use membership_core::language::Language;
use membership_core::member::Member;
use membership_core::profile::{Labels, MemberNumber, MemberProfile};
use membership_core::roster::{Audience, Invited};
use membership_core::secret::Link;
use membership_core::set_up::Reach;
use membership_core::typed_code::CodeLocator;
use membership_core::user::User;

use super::Eye;
use crate::any_command::AnyCommand;
use crate::fixture;
use crate::memory::OrganizationRows;
use crate::strategy::people::address_of;
use crate::strategy::step::{Guest, Pick, Redeems, Target};

impl Eye<'_> {
    /// Somebody for the roster; now and then without an address.
    pub(super) fn roster(
        &self,
        rows: &OrganizationRows,
        (organization, by): (OrganizationId, Actor),
        guest: &Guest,
        (login, link): (Option<Pick>, Option<bool>),
    ) -> AddMember {
        let email = Some(address_of(guest.person)).filter(|_| !guest.by_hand);
        AddMember {
            organization,
            by,
            id: MemberId(self.random.id()),
            name: fixture::name(&format!("Person {}", guest.person.0 % 9)),
            email,
            role: guest.role.map(|role| self.role(rows, role)),
            profile: MemberProfile::default(),
            deactivates_at: guest.deactivates_at.map(|at| self.when(at)),
            login: login.map(|name| self.account(Some(name))),
            link: link.map(|by_hand| self.reach(by_hand)),
        }
    }

    /// How a personal link reaches somebody.
    pub(super) fn reach(&self, by_hand: bool) -> Reach {
        if by_hand { Reach::Hand(CodeLocator::new(self.random.secret())) } else { Reach::Mail }
    }

    /// Somebody types the code of a member's link, or of an older one.
    pub(super) fn try_code(
        &self,
        organization: OrganizationId,
        member: &Member,
        (older, is_right): (bool, bool),
    ) -> Option<AnyCommand> {
        let generation = member.set_up?.generation.saturating_sub(u32::from(older));
        Some(TrySetUpCode { organization, member: member.id, generation, is_right }.into())
    }

    /// Now and then a member whose login this organization made.
    pub(super) fn helped(
        &self,
        organization: OrganizationId,
        rows: &OrganizationRows,
        target: Target,
    ) -> Option<MemberId> {
        let Target::Own(pick) = target else { return None };
        let account = |it: &&Member| it.user.and_then(|id| self.dump.users.get(&id));
        let is_ours = |it: &&Member| account(it).is_some_and(|user| user.home == Some(organization));
        pick.of(rows.members.values().filter(is_ours)).map(|it| it.id).filter(|_| pick.0.is_multiple_of(3))
    }

    /// An account to be made, with a password and perhaps a username.
    fn account(&self, username: Option<Pick>) -> User {
        let user = self.newcomer(&address_of(Pick(0)), username.filter(|name| !name.0.is_multiple_of(4)));
        User { password: Some(self.password()), ..user }
    }

    /// An account for a row of an import that has a password.
    pub(super) fn account_of_row(&self) -> User {
        self.account(None)
    }

    /// A member's personal link is opened.
    pub(super) fn set_up(
        &self,
        organization: OrganizationId,
        member: &Member,
        older: bool,
        redeemer: Redeems,
    ) -> Option<AnyCommand> {
        let generation = member.set_up?.generation.saturating_sub(u32::from(older));
        let redeemer = match redeemer {
            Redeems::Newcomer(username) => {
                Redeemer::New { user: self.account(username), address: member.email.clone() }
            }
            Redeems::SignedIn => Redeemer::SignedIn(self.holder(member.email.as_ref()?)),
            Redeems::Anybody(pick) => Redeemer::SignedIn(self.anybody(pick)),
        };
        let sign_in = match &redeemer {
            Redeemer::New { user, .. } => Some(self.sign_in(user.id)),
            Redeemer::SignedIn(_) => None,
        };
        let link = Link::to_set_up(organization, member.id, generation);
        Some(RedeemSetUpLink { link, redeemer, prepared: member.user, sign_in, ends: None }.into())
    }

    /// A round to these, or to all whom a filter lets through.
    pub(super) fn start_round(
        &self,
        (organization, by): (OrganizationId, Actor),
        chosen: Option<Vec<MemberId>>,
        invited: Option<Invited>,
    ) -> Option<AnyCommand> {
        let audience = match chosen {
            Some(members) => Audience::chosen(members).ok()?,
            None => Audience::Matching { text: None, role: None, group: None, invited },
        };
        Some(StartRound { organization, by, round: RoundId(self.random.id()), audience }.into())
    }

    /// The next chunk of a round, as a courier takes it up: of two members, or of all who are left.
    pub(super) fn send_round_chunk(
        &self,
        organization: OrganizationId,
        rows: &OrganizationRows,
        round: Pick,
        (stale, finishes): (bool, bool),
    ) -> Option<AnyCommand> {
        let row = round.mostly_of(rows.rounds.values().filter(|it| it.finished_at.is_none()), rows.rounds.values())?;
        let chunk = if stale { row.chunks.saturating_sub(1) } else { row.chunks };
        let is_behind = |id: &MemberId| row.after.is_none_or(|after| after < *id);
        let members: Vec<_> = match &row.audience {
            Audience::Chosen { members } => members.iter().copied().filter(is_behind).collect(),
            // Also those who have a login: one may have been set up since the page was read.
            Audience::Matching { .. } => rows.members.keys().copied().filter(is_behind).collect(),
        };
        let most = if finishes { members.len() } else { 2 };
        let members = members.into_iter().take(most).collect();
        let (round, by) = (row.id, row.started_by);
        Some(SendRoundChunk { organization, round, chunk, by, members, finishes }.into())
    }

    /// What somebody does to the login of a member, or of nobody.
    pub(super) fn login_of(&self, member: Option<&Member>, username: Option<Pick>, password: bool) -> LoginOf {
        match member.and_then(|it| it.user) {
            Some(user) => {
                let username = self.account(username).username;
                LoginOf::User { user, username, password: password.then(|| self.password()) }
            }
            None => LoginOf::Nobody(self.account(username)),
        }
    }
}

/// What a row of an import says: few values, so that they meet again.
pub(super) fn cells_of(guest: &Guest, what: Pick, with_password: bool) -> Cells {
    let value = what.0 / 7 % 3;
    let is_reached = with_password || !guest.by_hand;
    Cells {
        last_name: format!("Name {value}"),
        email: if is_reached { address_of(guest.person).to_string() } else { String::new() },
        labels: if what.0.is_multiple_of(2) { vec![format!("label {value}")] } else { Vec::new() },
        number: if what.0.is_multiple_of(5) { value.to_string() } else { String::new() },
        language: if what.0.is_multiple_of(4) { "fr".to_owned() } else { String::new() },
        send_email: if is_reached && guest.by_hand { "1".to_owned() } else { String::new() },
        password: if with_password { "correct horse battery".to_owned() } else { String::new() },
        ..Cells::default()
    }
}

/// What these cells say, if they break no rule.
pub(super) fn entry_of(cells: &Cells) -> Option<Entry> {
    cells.read(8).ok()
}

/// A change of few fields to few values, so that they meet again.
pub(super) fn change_of(what: Pick) -> MemberChange {
    let (kind, value) = (what.0 % 7, what.0 / 7);
    let name = || Some(fixture::name(&format!("Name {}", value % 3)));
    let nothing = MemberChange::default();
    match kind {
        0 => MemberChange { name: name(), ..nothing },
        1 => MemberChange { first_name: Some(name()), ..nothing },
        2 => MemberChange { last_name: Some(name().filter(|_| value % 2 == 0)), ..nothing },
        3 => MemberChange {
            language: Some(Some(if value % 2 == 0 { Language::English } else { Language::French })),
            ..nothing
        },
        4 => MemberChange { labels: Labels::parse([format!("label {}", value % 3)]).ok(), ..nothing },
        5 => MemberChange { email: Some(Some(address_of(Pick(value))).filter(|_| value % 4 != 0)), ..nothing },
        _ => MemberChange { number: Some(MemberNumber::parse(&(value % 4).to_string()).ok()), ..nothing },
    }
}
