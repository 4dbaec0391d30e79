//! From a step to a command, by what there is when its turn comes.

use membership_core::api_key::NewKey;
use membership_core::command::{
    Accept, Acceptor, AllocateSeats, AppointFirstOperator, BeginSignIn, ChangeInvitations, ChangeMembers, ChangePolicy,
    ChangeRole, CompleteSignUp, CreateKey, CreateOperatorKey, Customize, Decline, Delete, EndSignIn, Found, FoundFor,
    InvitationDeed, Invite, InviteOwner, IssueSetUpLink, Leave, MemberDeed, Offer, PutRecord, PutTemplate, Reactivate,
    ReassignOwnership, Register, ReleaseSeat, Remove, RemoveRecord, Rename, Renew, RequestSignUp, ResetTemplate,
    Revoke, RevokeKey, RevokeOperatorKey, SetDeactivationDate, SetLogin, SetSubscription, SetWhenFull, Settle,
    ShareRecord, SignMemberOut, Suspend, TakeBackup, TransferOwnership, UnshareRecord, UpdateMember, UpdateProfile,
    UseInitialPassword,
};
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::id::{ApiKeyId, InvitationId, MemberId, OrganizationId, SignInId, SignUpId, UserId};
use membership_core::invitation::{Channel, Invitation};
use membership_core::language::Language;
use membership_core::member::Member;
use membership_core::organization::OrganizationState;
use membership_core::person::Person;
use membership_core::policy::{OrganizationPolicy, SecondFactorPolicy, WhenFull};
use membership_core::port::Random;
use membership_core::resource::{Holder, Level, ResourceName};
use membership_core::role::{Permission, RoleKey};
use membership_core::second_factor::Assurance;
use membership_core::secret::{KeyKind, KeyText, Link, LinkKind, SignInToken};
use membership_core::subscription::Terms;
use membership_core::user::{PasswordHash, SignIn, SignUp, User};
use time::{Duration, OffsetDateTime};

use super::Walk;
use super::attendance::PlacePick;
use super::people::{address_of, host_person, number_at};
use super::step::{Acceptance, Act, By, Deed, Guest, Jump, LinkChoice, Pick, Step, Target, When};
use crate::any_command::{AnyCommand, announcements};
use crate::fixture;
use crate::memory::{Dump, OrganizationRows};
use logins::change_of;

mod attendance;
mod clearing;
mod identities;
mod imports;
mod logins;
mod records;
mod recovery;
mod second_factor;
mod templates;

/// What a step comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Somebody wants something.
    Command(Box<AnyCommand>),
    /// A courier takes the message that this points at among those that are due, and reports an outcome.
    Deliver {
        /// Among the due messages.
        message: Pick,
        /// Among the outcomes.
        outcome: Pick,
    },
    /// It is this late now.
    Clock(OffsetDateTime),
    /// There is nothing the step could be about.
    Nothing,
}

impl Walk {
    /// The command by which the first organization comes to be, owned by person 0.
    pub fn beginning(&self, random: &dyn Random) -> AnyCommand {
        found(random, host_person(0), self.preset, self.seats)
    }
}

impl Step {
    /// What the step comes to in this deployment at this time. New ids are taken from `random`.
    pub fn resolve(&self, dump: &Dump, now: OffsetDateTime, random: &dyn Random) -> Move {
        let eye = Eye { dump, now, random };
        let command = match self {
            Self::Found { founder, preset, seats } => Some(found(random, eye.anybody(*founder), preset, *seats)),
            Self::FoundFor { by, owner, preset, seats } => Some(eye.found_for(*by, *owner, preset, *seats)),
            Self::InviteOwner { by, organization, owner } => eye.invite_owner(*by, *organization, *owner),
            Self::Act { organization, by, act } => eye.act(*organization, *by, act),
            Self::Deed(deed) => eye.deed(*deed),
            Self::Deliver { message, outcome } => {
                return Move::Deliver { message: *message, outcome: *outcome };
            }
            Self::Pass(jump) => return eye.jump(*jump),
        };
        command.map_or(Move::Nothing, |command| Move::Command(Box::new(command)))
    }
}

fn found(random: &dyn Random, founder: Person, preset: &str, seats: Option<u32>) -> AnyCommand {
    AnyCommand::Found(Found {
        id: OrganizationId(random.id()),
        name: fixture::organization_name("Acme"),
        policy: fixture::policy(preset),
        language: Language::English,
        founder,
        member: MemberId(random.id()),
        seat_limit: seats,
    })
}

/// Looks for what a step points at.
struct Eye<'a> {
    dump: &'a Dump,
    now: OffsetDateTime,
    random: &'a dyn Random,
}

impl Eye<'_> {
    fn found_for(&self, by: By, owner: Pick, preset: &str, seats: Option<u32>) -> AnyCommand {
        AnyCommand::FoundFor(FoundFor {
            id: OrganizationId(self.random.id()),
            name: fixture::organization_name("Bought"),
            policy: fixture::policy(preset),
            language: Language::French,
            terms: Terms { expires_at: Some(self.now + Duration::days(40)), grace_days: 3, ..Terms::of_seats(seats) },
            owner: address_of(owner),
            invitation: InvitationId(self.random.id()),
            by: self.actor(by, None),
        })
    }

    /// Into an organization that awaits its owner; now and then into any.
    fn invite_owner(&self, by: By, organization: Pick, owner: Pick) -> Option<AnyCommand> {
        let awaits = |rows: &OrganizationRows| rows.head.organization.state == OrganizationState::AwaitingOwner;
        let awaiting = self.dump.organizations.iter().filter(|(_, rows)| awaits(rows));
        let any = self.organization(organization).filter(|_| organization.0.is_multiple_of(6));
        let (id, rows) = any.or_else(|| organization.of(awaiting))?;
        let command = InviteOwner {
            organization: *id,
            by: self.actor(by, Some(rows)),
            invitation: InvitationId(self.random.id()),
            email: address_of(owner),
        };
        Some(command.into())
    }

    fn act(&self, organization: Pick, by: By, act: &Act) -> Option<AnyCommand> {
        let (organization, rows) = self.organization(organization)?;
        let (organization, by) = (*organization, self.actor(by, Some(rows)));
        let member = |target| self.member(organization, by, target);
        let expected = |stale: bool, version: u64| if stale { Some(version.saturating_sub(1)) } else { None };
        let organization_version = rows.head.organization.version;
        let version = |id: MemberId| rows.members.get(&id).map_or(1, |it| it.version);
        let share = |resource: ResourceName, holder: Holder, level: Level, stale: bool| {
            let version = rows.shares.get(&(resource.clone(), holder)).map_or(1, |it| it.version);
            ShareRecord { organization, by, resource, holder, level, expected: expected(stale, version) }
        };
        Some(match act {
            Act::Invite { guests, all_or_none } => {
                let offers = guests.iter().map(|guest| self.offer(rows, guest)).collect();
                Invite { organization, by, offers, all_or_none: *all_or_none }.into()
            }
            Act::Renew { invitation, by_hand } => {
                let invitation = self.invitation(organization, *invitation)?;
                let channel = if *by_hand { Channel::Hand } else { Channel::Mail };
                Renew { organization, by, invitation, channel }.into()
            }
            Act::Revoke { invitation } => {
                Revoke { organization, by, invitation: self.invitation(organization, *invitation)? }.into()
            }
            Act::ChangeInvitations { invitations, revokes } => {
                let invitations = invitations.iter().filter_map(|it| self.invitation(organization, *it)).collect();
                let deed = if *revokes { InvitationDeed::Revoke } else { InvitationDeed::Resend };
                ChangeInvitations { organization, by, invitations, deed }.into()
            }
            Act::Accept { invitation, link, acceptance } => {
                let invitation = self.offered(rows, *invitation)?;
                self.accept(organization, invitation, *link, *acceptance)
            }
            Act::Decline { invitation, link } => {
                let invitation = self.offered(rows, *invitation)?;
                Decline { link: self.link(organization, invitation, *link) }.into()
            }
            Act::Register { invitation, link } => {
                let invitation = invitation.of(rows.invitations.values())?;
                let (link, address) = (self.link(organization, invitation, *link), invitation.email.clone());
                let (user, login) = (self.newcomer(&address, None), self.new_link(LinkKind::OneTimeLogin));
                Register { link, address, user, login }.into()
            }
            Act::ChangeRole { member: target, role, stale } => {
                let member = member(*target)?;
                let (role, expected) = (self.role(rows, *role), expected(*stale, version(member)));
                ChangeRole { organization, by, member, role, expected }.into()
            }
            Act::AddMember { guest, login, link } => {
                self.roster(rows, (organization, by), guest, (*login, *link)).into()
            }
            Act::IssueSetUpLink { member: target, by_hand } => {
                let (member, reach) = (member(*target)?, self.reach(*by_hand));
                let user = rows.members.get(&member).and_then(|it| it.user);
                IssueSetUpLink { organization, by, member, user, reach }.into()
            }
            Act::TrySetUpCode { member, older, is_right } => {
                let coded = |it: &&Member| it.set_up.is_some_and(|link| link.code.is_some());
                let linked = rows.members.values().filter(|it| it.set_up.is_some());
                let member = member.mostly_of(rows.members.values().filter(coded), linked)?;
                self.try_code(organization, member, (*older, *is_right))?
            }
            Act::RedeemSetUpLink { member, older, redeemer } => {
                let member = member.of(rows.members.values().filter(|it| it.set_up.is_some()))?;
                self.set_up(organization, member, *older, *redeemer)?
            }
            Act::SetLogin { member: target, username, password } => {
                let member = self.helped(organization, rows, *target).or_else(|| member(*target))?;
                let login = self.login_of(rows.members.get(&member), *username, *password);
                SetLogin { organization, by, member, login }.into()
            }
            Act::SignMemberOut { member: target } => {
                let member = self.helped(organization, rows, *target).or_else(|| member(*target))?;
                let user = rows.members.get(&member).and_then(|it| it.user).unwrap_or(fixture::user_id(0));
                SignMemberOut { organization, by, member, user }.into()
            }
            Act::StartRound { members: chosen, invited } => {
                let chosen = chosen.as_ref().map(|it| it.iter().filter_map(|target| member(*target)).collect());
                self.start_round((organization, by), chosen, *invited)?
            }
            Act::SendRoundChunk { round, stale, finishes } => {
                self.send_round_chunk(organization, rows, *round, (*stale, *finishes))?
            }
            Act::Clearing(clearing) => self.clearing((organization, by), rows, clearing)?,
            Act::UpdateMember { member: target, what, stale } => {
                let member = member(*target)?;
                let expected = expected(*stale, version(member));
                UpdateMember { organization, by, member, change: change_of(*what), expected }.into()
            }
            Act::Remove { member: target, stale } => {
                let member = member(*target)?;
                Remove { organization, by, member, expected: expected(*stale, version(member)) }.into()
            }
            Act::Leave => Leave { organization, by }.into(),
            Act::TransferOwnership { member: target, stale } => {
                let expected = expected(*stale, organization_version);
                TransferOwnership { organization, by, member: member(*target)?, expected }.into()
            }
            Act::ReassignOwnership { member: target } => {
                ReassignOwnership { organization, by, member: member(*target)? }.into()
            }
            Act::Suspend { member: target } => Suspend { organization, by, member: member(*target)? }.into(),
            Act::Reactivate { member: target } => Reactivate { organization, by, member: member(*target)? }.into(),
            Act::SetDeactivationDate { member: target, at } => {
                let at = at.map(|at| self.when(at));
                SetDeactivationDate { organization, by, member: member(*target)?, at, expected: None }.into()
            }
            Act::SetSubscription { seats, expires_at, grace_days, stale } => {
                let expires_at = expires_at.map(|at| self.when(at));
                let terms = Terms { plan: None, seat_limit: *seats, expires_at, grace_days: *grace_days };
                let expected = expected(*stale, organization_version);
                SetSubscription { organization, by, terms, expected }.into()
            }
            Act::SetWhenFull { waits } => {
                let when_full = if *waits { WhenFull::Wait } else { WhenFull::Refuse };
                SetWhenFull { organization, by, when_full }.into()
            }
            Act::AllocateSeats { members: targets, all_or_none } => {
                let members = targets.iter().filter_map(|target| member(*target)).collect();
                AllocateSeats { organization, by, members, all_or_none: *all_or_none }.into()
            }
            Act::ChangeMembers { members: targets, deed, role } => {
                let members = targets.iter().filter_map(|target| member(*target)).collect();
                let deed = deed.of([
                    MemberDeed::ChangeRole(self.role(rows, *role)),
                    MemberDeed::AllocateSeat,
                    MemberDeed::ReleaseSeat,
                    MemberDeed::Suspend,
                    MemberDeed::Reactivate,
                    MemberDeed::Remove,
                ])?;
                ChangeMembers { organization, by, members, deed }.into()
            }
            Act::ReleaseSeat { member: target } => {
                let seated = rows.members.values().filter(|it| it.seat).map(|it| it.id);
                let member = match target {
                    Target::Own(pick) => pick.mostly_of(seated, rows.members.keys().copied())?,
                    other => member(*other)?,
                };
                ReleaseSeat { organization, by, member }.into()
            }
            Act::Rename { name } => {
                let name = fixture::organization_name(&format!("Name {}", name.0 % 3));
                Rename { organization, by, name, expected: None }.into()
            }
            Act::Delete { stale } => {
                Delete { organization, by, expected: expected(*stale, organization_version) }.into()
            }
            Act::CreateKey { scopes, days } => CreateKey { organization, by, key: self.new_key(*scopes, *days) }.into(),
            Act::RevokeKey { key } => RevokeKey { organization, by, key: self.key(rows, *key) }.into(),
            Act::Attend(attend) => return self.attend((organization, rows), by, attend),
            Act::Importing(it) => return self.importing((organization, rows), by, it),
            Act::ChangePolicy { second_factor, stale } => {
                let second_factor = second_factor.of(SecondFactorPolicy::ALL)?;
                let policy = OrganizationPolicy { second_factor, ..rows.head.organization.policy.clone() };
                let expected = expected(*stale, organization_version);
                // Whoever may, mostly has shown a second factor.
                let by = match by {
                    Actor::User(user) if !stale => Actor::TwoFactorUser(user),
                    by => by,
                };
                ChangePolicy { organization, by, policy, expected }.into()
            }
            Act::Settle => Settle { organization }.into(),
            Act::TakeBackup => TakeBackup { organization, by }.into(),
            Act::Customize { accent, stale } => {
                let expected = expected(*stale, organization_version);
                Customize { organization, by, name: None, branding: records::branding(*accent), expected }.into()
            }
            Act::PutTemplate { template, text, stale } => {
                let (template, wording) = (templates::template(*template), templates::wording(*text));
                let expected = expected(*stale, rows.head.organization.branding.wordings.version(template));
                PutTemplate { organization, by, template, wording, expected }.into()
            }
            Act::ResetTemplate { template, stale } => {
                let worded = &rows.head.organization.branding.wordings;
                let own: Vec<_> = worded.0.keys().copied().collect();
                let template = template.of(own).unwrap_or_else(|| templates::template(*template));
                let expected = expected(*stale, worded.version(template));
                ResetTemplate { organization, by, template, expected }.into()
            }
            Act::PutRecord { record, restricted, stale } => {
                let resource = records::named(*record);
                let version = rows.resources.get(&resource).map_or(1, |it| it.version);
                let expected = expected(*stale, version);
                PutRecord { organization, by, resource, restricted: *restricted, expected }.into()
            }
            Act::RemoveRecord { record, stale } => {
                let resource = records::known(rows, *record);
                let version = rows.resources.get(&resource).map_or(1, |it| it.version);
                RemoveRecord { organization, by, resource, expected: expected(*stale, version) }.into()
            }
            Act::ShareRecord { record, member: target, level, stale } => {
                let (resource, member) = (records::known(rows, *record), member(*target)?);
                share(resource, Holder::Member(member), *level, *stale).into()
            }
            Act::ShareWithGroup { record, group, level, stale } => {
                let (resource, group) = (records::known(rows, *record), self.group(rows, *group));
                share(resource, Holder::Group(group), *level, *stale).into()
            }
            Act::UnshareRecord { record, member: target } => {
                let shared = record.of(rows.shares.keys());
                let (resource, holder) = match (shared, target) {
                    (Some((resource, holder)), Target::Own(_)) => (resource.clone(), *holder),
                    _ => (records::known(rows, *record), Holder::Member(member(*target)?)),
                };
                UnshareRecord { organization, by, resource, holder }.into()
            }
        })
    }

    fn actor(&self, by: By, rows: Option<&OrganizationRows>) -> Actor {
        let owner = || rows.and_then(|rows| rows.members.get(&rows.head.organization.owner?)?.user);
        let member = |pick: Pick| pick.of(rows?.members.values()).and_then(|it| it.user);
        let user = match by {
            By::Owner => owner(),
            By::Member(pick) => member(pick),
            By::Anybody(pick) => Some(self.anybody(pick).user),
            By::Operator(pick) => return Actor::Operator(pick.map(|pick| self.anybody(pick).user)),
            By::Key(pick) => return rows.map_or(Actor::System, |rows| Actor::Key(self.key(rows, pick))),
            By::OperatorKey(pick) => return Actor::OperatorKey(self.operator_key(pick)),
            By::System => return Actor::System,
            By::Invitee => return Actor::Invitee,
        };
        let user = user.unwrap_or(fixture::user_id(0));
        // Where a second factor is asked for, most have shown one.
        let asked = rows.is_some_and(|it| it.head.organization.policy.second_factor != SecondFactorPolicy::None);
        let has_shown = asked && !self.random.id().as_u128().is_multiple_of(4);
        if has_shown { Actor::TwoFactorUser(user) } else { Actor::User(user) }
    }

    /// A key of the organization; now and then of another one, or one that does not exist.
    fn key(&self, rows: &OrganizationRows, pick: Pick) -> ApiKeyId {
        let alive = rows.keys.values().filter(|key| key.is_alive(self.now)).map(|key| key.id);
        let all = self.dump.organizations.values().flat_map(|rows| rows.keys.keys().copied());
        pick.mostly_of(alive, all).unwrap_or_else(|| ApiKeyId(self.random.id()))
    }

    fn operator_key(&self, pick: Pick) -> ApiKeyId {
        let alive = self.dump.operator_keys.values().filter(|key| key.is_alive(self.now)).map(|key| key.id);
        let all = self.dump.operator_keys.keys().copied();
        pick.mostly_of(alive, all).unwrap_or_else(|| ApiKeyId(self.random.id()))
    }

    /// A key of some of an organization's permissions; every bit of the pick is one of them.
    fn new_key(&self, scopes: Pick, days: Option<u16>) -> NewKey {
        self.key_of(&Permission::BUILT_IN, scopes, days)
    }

    fn key_of(&self, all: &[Permission], scopes: Pick, days: Option<u16>) -> NewKey {
        let is_chosen = |at: usize| scopes.0 & (1_u16 << at) != 0;
        let scopes = all.iter().enumerate().filter(|(at, _)| is_chosen(*at)).map(|(_, it)| it.clone()).collect();
        let token = KeyText::new(KeyKind::Organization, self.random.id(), self.random.secret()).hash();
        NewKey { id: ApiKeyId(self.random.id()), name: fixture::key_name("Import"), scopes, days, token }
    }

    /// An organization; one that was deleted only now and then.
    fn organization(&self, pick: Pick) -> Option<(&OrganizationId, &OrganizationRows)> {
        let is_there = |rows: &OrganizationRows| rows.head.organization.state != OrganizationState::Deleted;
        let there = self.dump.organizations.iter().filter(|(_, rows)| is_there(rows));
        pick.mostly_of(there, &self.dump.organizations)
    }

    /// An invitation; one that has ended only now and then.
    fn offered<'r>(&self, rows: &'r OrganizationRows, pick: Pick) -> Option<&'r Invitation> {
        let outstanding = rows.invitations.values().filter(|it| it.is_outstanding(self.now));
        pick.mostly_of(outstanding, rows.invitations.values())
    }

    fn member(&self, organization: OrganizationId, by: Actor, target: Target) -> Option<MemberId> {
        let rows = self.dump.organizations.get(&organization)?;
        let foreign = || self.dump.organizations.iter().filter(|(id, _)| **id != organization);
        match target {
            Target::Own(pick) => {
                let owner = rows.head.organization.owner;
                let others = rows.members.keys().filter(|id| Some(**id) != owner);
                pick.mostly_of(others, rows.members.keys()).copied()
            }
            Target::Owner => rows.head.organization.owner,
            Target::Oneself => match by {
                Actor::User(user) | Actor::TwoFactorUser(user) => rows.member_of(user).map(|it| it.id),
                _ => None,
            },
            Target::Foreign(pick) => pick.of(foreign().flat_map(|(_, rows)| rows.members.keys())).copied(),
            Target::Unknown => Some(MemberId(self.random.id())),
        }
    }

    fn invitation(&self, organization: OrganizationId, target: Target) -> Option<InvitationId> {
        let rows = self.dump.organizations.get(&organization)?;
        let foreign = || self.dump.organizations.iter().filter(|(id, _)| **id != organization);
        match target {
            Target::Own(pick) => self.offered(rows, pick).map(|it| it.id),
            Target::Foreign(pick) => pick.of(foreign().flat_map(|(_, rows)| rows.invitations.keys())).copied(),
            Target::Owner | Target::Oneself => rows.invitations.keys().next_back().copied(),
            Target::Unknown => Some(InvitationId(self.random.id())),
        }
    }

    /// One of the organization's roles; now and then one that is none.
    fn role(&self, rows: &OrganizationRows, pick: Pick) -> RoleKey {
        let roles = rows.head.organization.policy.role_scheme.roles();
        let keys = roles.iter().map(|role| role.key.clone());
        let others = [fixture::role("owner"), fixture::role("pilot")];
        let pool: Vec<_> = if pick.0.is_multiple_of(11) { others.into() } else { keys.collect() };
        pick.of(pool).unwrap_or_else(|| fixture::role("member"))
    }

    fn offer(&self, rows: &OrganizationRows, guest: &Guest) -> Offer {
        let (groups, sessions) = match guest.leads_into {
            Some(PlacePick::Group(pick)) => (vec![self.group(rows, pick)], vec![]),
            Some(PlacePick::Session(pick)) => (vec![], vec![self.session(rows, pick)]),
            None => (vec![], vec![]),
        };
        Offer {
            groups,
            sessions,
            id: InvitationId(self.random.id()),
            email: address_of(guest.person),
            role: guest.role.map(|role| self.role(rows, role)),
            language: None,
            message: guest.by_hand.then(|| "Welcome!".to_owned()),
            wording: guest.valid_days.map(|days| templates::wording(Pick(days.into()))),
            opens_at: guest.opens_at.map(|at| self.when(at)),
            valid_days: guest.valid_days,
            deactivates_at: guest.deactivates_at.map(|at| self.when(at)),
            channel: if guest.by_hand { Channel::Hand } else { Channel::Mail },
        }
    }

    fn link(&self, organization: OrganizationId, invitation: &Invitation, choice: LinkChoice) -> Link {
        match choice {
            LinkChoice::Present => Link::to_invitation(organization, invitation.id, invitation.generation),
            LinkChoice::Older(generation) => Link::to_invitation(organization, invitation.id, generation.into()),
            LinkChoice::Astray => Link::to_invitation(organization, InvitationId(self.random.id()), 1),
        }
    }

    fn accept(
        &self,
        organization: OrganizationId,
        invitation: &Invitation,
        link: LinkChoice,
        acceptance: Acceptance,
    ) -> AnyCommand {
        let address = invitation.email.clone();
        let acceptor = match acceptance {
            Acceptance::SignedIn => Acceptor::SignedIn(self.holder(&address)),
            Acceptance::Typed => Acceptor::Typed { person: self.holder(&address), address },
            Acceptance::TypedWrongly(pick) => {
                Acceptor::Typed { person: self.holder(&address), address: address_of(pick) }
            }
            Acceptance::SomebodyElse(pick) => Acceptor::SignedIn(self.anybody(pick)),
            Acceptance::Unverified => Acceptor::SignedIn(Person { verified: Vec::new(), ..self.holder(&address) }),
            Acceptance::Newcomer(username) => Acceptor::New { user: self.newcomer(&address, username), address },
            Acceptance::WrongNewcomer(pick) => {
                Acceptor::New { user: self.newcomer(&address, None), address: address_of(pick) }
            }
        };
        let sign_in = match &acceptor {
            Acceptor::New { user, .. } => Some(self.sign_in(user.id)),
            Acceptor::Typed { person, .. } => Some(self.sign_in(person.user)),
            Acceptor::SignedIn(_) => None,
        };
        let link = self.link(organization, invitation, link);
        Accept { link, acceptor, member: MemberId(self.random.id()), sign_in, ends: None }.into()
    }

    fn newcomer(&self, address: &EmailAddress, username: Option<Pick>) -> User {
        let names = ["ada", "grace", "alan", "a1an"].map(fixture::username);
        User {
            id: UserId(self.random.id()),
            username: username.and_then(|pick| pick.of(names)),
            created_at: self.now,
            ..fixture::user(number_at(address))
        }
    }

    /// Whose verified address it is: an account's of this deployment, or a host application's person.
    fn holder(&self, address: &EmailAddress) -> Person {
        let user = self.dump.users.values().find(|user| user.has_verified(address));
        user.map_or_else(|| host_person(number_at(address)), Person::from)
    }

    fn anybody(&self, pick: Pick) -> Person {
        self.holder(&address_of(pick))
    }

    fn sign_in(&self, user: UserId) -> SignIn {
        SignIn {
            id: SignInId(self.random.id()),
            user,
            token: SignInToken::new(user, self.random.secret()).hash(),
            created_at: self.now,
            expires_at: self.now + Duration::days(30),
            last_seen_at: self.now,
            description: None,
            password_generation: self.dump.users.get(&user).map_or(0, |it| it.password_generation),
            assurance: Assurance::OneFactor,
            proven_at: self.now,
        }
    }

    fn deed(&self, deed: Deed) -> Option<AnyCommand> {
        Some(match deed {
            Deed::SignUp { person } => RequestSignUp { sign_up: self.sign_up(person), client: None }.into(),
            Deed::CreateOperatorKey { by, scopes } => {
                let key = self.key_of(&Permission::OF_THE_OPERATOR, scopes, None);
                CreateOperatorKey { by: self.actor(by, None), key }.into()
            }
            Deed::RevokeOperatorKey { by, key } => {
                RevokeOperatorKey { by: self.actor(by, None), key: self.operator_key(key) }.into()
            }
            Deed::CompleteSignUp { sign_up } => {
                let sign_up = sign_up.of(self.dump.sign_ups.values())?;
                let user = UserId(self.random.id());
                let (address, sign_in) = (sign_up.email.clone(), self.sign_in(user));
                CompleteSignUp { sign_up: sign_up.id, address, user, sign_in }.into()
            }
            Deed::SetUp { person } => {
                let address = address_of(person);
                let user = self.newcomer(&address, None);
                let sign_in = self.sign_in(user.id);
                AppointFirstOperator { user, address, sign_in }.into()
            }
            Deed::SignIn { user } => {
                let is_alive = |it: &&User| it.initial_password.is_some_and(|it| it.is_alive(self.now));
                let waiting = user.of(self.dump.users.values().filter(is_alive)).map(|it| it.id);
                let waiting = waiting.filter(|_| user.0.is_multiple_of(2));
                let sign_in = self.sign_in(waiting.or_else(|| user.of(self.dump.users.keys()).copied())?);
                let ends = self.dump.sign_ins.keys().find(|(user, _)| *user == sign_in.user).copied();
                let user = self.dump.users.get(&sign_in.user).filter(|it| it.initial_password.is_some());
                if let Some(known) = user.and_then(|it| it.password.clone()) {
                    return Some(UseInitialPassword { known, sign_in, ends }.into());
                }
                BeginSignIn { sign_in, ends }.into()
            }
            Deed::SignOut { sign_in } => {
                let (user, sign_in) = *sign_in.of(self.dump.sign_ins.keys())?;
                EndSignIn { user, sign_in }.into()
            }
            Deed::ChangeProfile { user, name, stale } => {
                let user = user.of(self.dump.users.values())?;
                let name = name.map(|pick| fixture::name(&format!("Renamed {}", pick.0 % 3)));
                let expected = stale.then(|| user.version.saturating_sub(1));
                UpdateProfile { user: user.id, name, names: None, language: Some(Language::French), expected }.into()
            }
            _ => return self.recovery(deed),
        })
    }

    fn sign_up(&self, person: Pick) -> SignUp {
        let email = address_of(person);
        SignUp {
            id: SignUpId(self.random.id()),
            name: fixture::name(&format!("Person {}", number_at(&email))),
            email,
            password: PasswordHash::new("plain$correct horse battery".to_owned()),
            language: Language::English,
            created_at: self.now,
            expires_at: self.now + Duration::hours(24),
        }
    }

    fn when(&self, when: When) -> OffsetDateTime {
        match when {
            When::InHours(hours) => self.now + Duration::hours(hours.into()),
            When::At(pick) => pick.of(self.instants()).unwrap_or(self.now),
        }
    }

    fn jump(&self, jump: Jump) -> Move {
        let ahead = |pick: Pick| pick.of(self.instants().into_iter().filter(|at| self.now < *at));
        let to = match jump {
            Jump::Minutes(minutes) => Some(self.now + Duration::minutes(minutes.into())),
            Jump::To(pick) => ahead(pick),
            Jump::JustBefore(pick) => ahead(pick).map(|at| at - Duration::microseconds(1)),
        };
        to.map_or(Move::Nothing, Move::Clock)
    }

    /// Every instant at which something opens or ends.
    fn instants(&self) -> Vec<OffsetDateTime> {
        let rows = || self.dump.organizations.values();
        let invitations = rows().flat_map(|rows| rows.invitations.values()).flat_map(|it| [it.opens_at, it.expires_at]);
        let members = rows().flat_map(|rows| rows.members.values()).filter_map(|it| it.deactivates_at);
        let sign_ups = self.dump.sign_ups.values().map(|it| it.expires_at);
        let sessions = rows().flat_map(|rows| rows.sessions.values()).flat_map(|it| [it.starts_at, it.ends_at]);
        let keys = rows().flat_map(|rows| rows.keys.values()).chain(self.dump.operator_keys.values());
        let subscriptions = rows().map(|rows| &rows.head.subscription);
        let ends = subscriptions.flat_map(|it| announcements(it.expires_at, it.grace_days));
        let ends = ends.chain(keys.map(|it| it.expires_at));
        let mut instants: Vec<_> = ends.chain(sessions).chain(invitations).chain(members).chain(sign_ups).collect();
        instants.sort_unstable();
        instants.dedup();
        instants
    }
}
