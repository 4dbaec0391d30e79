//! What has happened. Events are the only way anything changes; [`Facts::apply`] is the only place that says how.

use time::OffsetDateTime;

use crate::api_key::ApiKey;
use crate::branding::Branding;
use crate::draft::Actor;
use crate::email::EmailAddress;
use crate::facts::Facts;
use crate::group::{Group, GroupMember};
use crate::id::{
    ApiKeyId, ClearId, GroupId, IdentityId, ImportId, InvitationId, MemberId, OrganizationId, PasskeyId, ProgramId,
    RoundId, SessionId, SignInId, SignUpId, UserId, UserLinkId,
};
use crate::identity::Identity;
use crate::import::{Import, ImportRow, ImportState, SettledRow};
use crate::invitation::{Channel, Delivery, Invitation, InvitationState};
use crate::language::Language;
use crate::login_clear::{ClearState, ClearStep, ClearedLogin, KeptLogin, LoginClear};
use crate::member::{Member, MemberStatus};
use crate::name::{GroupName, Names, OrganizationName, PersonName, Username};
use crate::organization::{ChainEnd, Head, Organization, OrganizationState, Seats};
use crate::policy::{OrganizationPolicy, WhenFull};
use crate::profile::MemberProfile;
use crate::program::{Enrolment, Program, Session};
use crate::resource::{Holder, Level, Resource, ResourceName, Share};
use crate::role::RoleKey;
use crate::roster::{Round, RoundStep};
use crate::second_factor::{CodeHash, Passkey, SecondFactors, Totp, UsedFactor};
use crate::set_up::{InitialPassword, SetUpLink};
use crate::subscription::Subscription;
use crate::user::{PasswordHash, SignIn, SignUp, User, UserEmail};
use crate::user_link::UserLink;
use crate::wording::{TemplateKey, Wording};

/// Something that has happened, in the past tense. The source of audit log, webhooks and history (X.6).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum Event {
    /// An organization came to be. Its first member follows, or an invitation to its owner.
    OrganizationFounded { organization: Organization, seat_limit: Option<u32> },
    /// The founder became its first member, or a host application added somebody.
    MemberJoined { member: Member },
    /// It has a new name.
    OrganizationRenamed { organization: OrganizationId, name: OrganizationName },
    /// It looks or signs otherwise.
    OrganizationBranded { organization: OrganizationId, branding: Branding },
    /// All that it has was copied out.
    BackupTaken { organization: OrganizationId },
    /// It was put back from a backup; these rows were its rows then. So many of its members have no login here.
    OrganizationRestored { organization: OrganizationId, taken_at: OffsetDateTime, without_login: usize },
    /// Its owner deleted it.
    OrganizationDeleted { organization: OrganizationId },
    /// A member became the owner; the former one, if any, keeps the highest role (S1.11).
    OwnershipTransferred { to: MemberId },
    /// The operator sold more or fewer seats.
    SeatLimitSet { organization: OrganizationId, limit: Option<u32> },
    /// The operator sold another plan, or for another time.
    SubscriptionSet { organization: OrganizationId, subscription: Subscription },
    /// The administrators were told that the subscription ends, or has ended.
    SubscriptionEndAnnounced { organization: OrganizationId },
    /// Who joins and finds no seat is refused from now on, or waits.
    WhenFullSet { organization: OrganizationId, when_full: WhenFull },
    /// Somebody was invited.
    InvitationCreated { invitation: Invitation },
    /// The organization words a kind of mail itself from now on.
    TemplateSaved { template: TemplateKey, wording: Wording },
    /// The organization uses the built-in text again.
    TemplateReset { template: TemplateKey },
    /// The inviter wrote a text of their own for the mail of one invitation.
    InvitationWorded { invitation: InvitationId, wording: Wording },
    /// An invitation has a new link, and the older ones are dead.
    InvitationRenewed { invitation: InvitationId, channel: Channel, expires_at: OffsetDateTime },
    /// It was taken back.
    InvitationRevoked { invitation: InvitationId },
    /// The person said no.
    InvitationDeclined { invitation: InvitationId },
    /// Its time was over.
    InvitationExpired { invitation: InvitationId },
    /// It became a membership.
    InvitationAccepted { invitation: InvitationId, member: Member },
    /// A member has another role.
    MemberRoleChanged { member: MemberId, role: RoleKey },
    /// A member was removed.
    MemberRemoved { member: MemberId },
    /// A member left.
    MemberLeft { member: MemberId },
    /// A member was set aside.
    MemberSuspended { member: MemberId },
    /// A suspended or deactivated member is active again, with or without a seat.
    MemberReactivated { member: MemberId, seat: bool },
    /// A member's access will end, or no longer end, by itself.
    DeactivationDateSet { member: MemberId, at: Option<OffsetDateTime> },
    /// A member's date had come; the seat is free.
    MemberDeactivated { member: MemberId },
    /// A member was given a seat: by hand, or because it was their turn.
    SeatAllocated { member: MemberId },
    /// A member's seat was taken back.
    SeatReleased { member: MemberId },
    /// An outstanding invitation leads into more groups or sessions.
    InvitationExtended { invitation: InvitationId, groups: Vec<GroupId>, sessions: Vec<SessionId> },
    /// A group was made.
    GroupCreated { group: Group },
    /// It has a new name.
    GroupRenamed { group: GroupId, name: GroupName },
    /// It is gone; nobody is in it any more. Stores end the places in it with its row.
    GroupDeleted { group: GroupId },
    /// A member is in a group.
    GroupJoined { group: GroupId, member: MemberId },
    /// A member is not in it any more.
    GroupLeft { group: GroupId, member: MemberId },
    /// A program was made.
    ProgramCreated { program: Program },
    /// Its name, e-mail or groups are others; the row as it shall be, but for its version.
    ProgramChanged { program: Program },
    /// It is gone. Stores end its sessions with its row.
    ProgramDeleted { program: ProgramId },
    /// A program has another session.
    SessionCreated { session: Session },
    /// Its title, dates or groups are others; the row as it shall be, but for its version.
    SessionChanged { session: Session },
    /// It is gone. Stores end the enrolments in it with its row.
    SessionDeleted { session: SessionId },
    /// A member was enrolled in a session by name.
    MemberEnrolled { session: SessionId, member: MemberId },
    /// A member is not enrolled by name any more; a group may still enrol them.
    EnrolmentEnded { session: SessionId, member: MemberId },
    /// Rows were accepted, to be carried out one part after the other (S2.7).
    ImportBegun { import: Import, rows: Vec<ImportRow> },
    /// Rows up to that one have their outcome.
    ImportAdvanced { import: ImportId, until: u32, settled: Vec<SettledRow> },
    /// What an import made is to be taken back.
    ImportUndoBegun { import: ImportId, by: Actor },
    /// A member made a key of the organization.
    ApiKeyCreated { key: ApiKey },
    /// A key of the organization is worth nothing any more.
    ApiKeyRevoked { key: ApiKeyId },
    /// The operator made a key of their own.
    OperatorKeyCreated { key: ApiKey },
    /// A key of the operator is worth nothing any more.
    OperatorKeyRevoked { key: ApiKeyId },
    /// Name, address or profile of a member changed.
    MemberProfileChanged { member: MemberId, name: PersonName, email: Option<EmailAddress>, profile: MemberProfile },
    /// A member's personal link was made; the earlier one is dead (S4.8).
    SetUpLinkIssued { member: MemberId, link: SetUpLink, round: Option<u32> },
    /// Somebody typed a wrong code that leads to this member's.
    SetUpCodeMissed { member: MemberId },
    /// A round of mail to members without a login began (S4.3).
    RoundStarted { round: Round },
    /// A chunk of a round was sent, or the round was ended.
    RoundMoved { round: RoundId, step: RoundStep },
    /// A membership got this login, by its personal link or by somebody who prepared it.
    LoginSetUp { member: MemberId, user: UserId, by_link: bool },
    /// The organization changed the login that it made for a member; what exactly, the person's own log tells (S4.7).
    MemberLoginChanged { member: MemberId },
    /// The organization ended all sign-ins of a member whose login it made (S4.7).
    MemberSignedOut { member: MemberId },
    /// An organization's logins are to be cleared (S4.9).
    LoginClearBegun { clear: LoginClear },
    /// A chunk of a clear was carried out or taken back, or the clear was ended.
    LoginClearMoved { clear: ClearId, step: ClearStep },
    /// What a clear took is to be given back, for that member.
    LoginClearUndoBegun { clear: ClearId, by: MemberId },
    /// A clear took a member's login: the account with it, or only what tied it to this organization.
    MemberLoginCleared { clear: ClearId, member: MemberId, user: UserId, account: bool },
    /// A member has the login again that a clear took.
    MemberLoginGivenBack { member: MemberId, user: UserId },
    /// A host application has a record that membership is to watch.
    ResourceRegistered { resource: Resource },
    /// A record is restricted now, or is not any more.
    ResourceRestrictionChanged { resource: ResourceName, restricted: bool },
    /// A record is gone, and its shares with it.
    ResourceRemoved { resource: ResourceName },
    /// A record is shared with somebody, or at another level than before.
    ResourceShared { resource: ResourceName, holder: Holder, level: Level },
    /// A record is not shared with somebody any more.
    ResourceUnshared { resource: ResourceName, holder: Holder },
    /// A person has an account.
    UserRegistered { user: User },
    /// Nobody signs in to an account any more: the organization that had made it cleared its logins.
    AccountCleared { user: UserId },
    /// The person signs in to it again as before.
    AccountGivenBack { user: UserId, login: KeptLogin },
    /// A person changed name or language.
    ProfileChanged { user: UserId, name: PersonName, names: Names, language: Language },
    /// A person has another name to sign in with.
    UsernameChanged { user: UserId, username: Username },
    /// Somebody else set a password that works once (S2.6, S4.7).
    InitialPasswordSet { user: UserId, password: PasswordHash },
    /// It let the person in.
    InitialPasswordUsed { user: UserId },
    /// An account that was prepared and that nobody ever used was given up for the person's own.
    PreparedAccountDropped { user: UserId },
    /// A person has proven to read a mailbox.
    EmailVerified { user: UserId, address: EmailAddress },
    /// A person chose a new password; whatever it was due for is done.
    PasswordChanged { user: UserId, password: PasswordHash },
    /// A person named another address of theirs. It proves nothing until it is verified.
    EmailAdded { user: UserId, address: EmailAddress },
    /// A person gave an address up.
    EmailRemoved { user: UserId, address: EmailAddress },
    /// A person wants mail at another of their addresses.
    PrimaryEmailChanged { user: UserId, address: EmailAddress },
    /// An identity of an issuer signs in to a user from now on, or its issuer says something new of it.
    IdentityLinked { user: UserId, identity: Identity },
    /// An identity signs in to the user no more.
    IdentityUnlinked { user: UserId, identity: IdentityId },
    /// A link was made; an older one of its row is dead.
    UserLinkIssued { link: UserLink },
    /// A link was used.
    UserLinkUsed { user: UserId, link: UserLinkId },
    /// A link can be used no more, although nobody used it.
    UserLinkEnded { user: UserId, link: UserLinkId },
    /// A person set an authenticator app up. It counts once a code confirms it.
    TotpBegun { user: UserId, totp: Totp },
    /// A code confirmed the authenticator app.
    TotpConfirmed { user: UserId, step: u64 },
    /// A person gave the authenticator app up.
    TotpRemoved { user: UserId },
    /// A person has another passkey.
    PasskeyAdded { user: UserId, passkey: Passkey },
    /// A person gave a passkey up.
    PasskeyRemoved { user: UserId, passkey: PasskeyId },
    /// A person has new recovery codes; the older ones are void.
    RecoveryCodesMade { user: UserId, codes: Vec<CodeHash> },
    /// A second factor was shown, and what was shown is used up.
    SecondFactorUsed { user: UserId, used: UsedFactor },
    /// The operator took all second factors away from somebody who had lost them.
    SecondFactorsReset { user: UserId },
    /// The organization has other rules.
    PolicyChanged { organization: OrganizationId, policy: OrganizationPolicy },
    /// The first person became the deployment's operator.
    OperatorAppointed { user: UserId },
    /// Somebody asked for an account.
    SignUpRequested { sign_up: SignUp },
    /// The account was made.
    SignUpCompleted { sign_up: SignUpId },
    /// A person signed in.
    SignedIn { sign_in: SignIn },
    /// A sign-in goes on under another token; the former one holds until then.
    SignInReplaced { sign_in: SignIn, former: SignInId, until: OffsetDateTime },
    /// A sign-in was ended.
    SignedOut { user: UserId, sign_in: SignInId },
    /// All sign-ins of a person were ended but this one.
    SignedOutElsewhere { user: UserId, kept: Option<SignInId> },
}

impl Facts {
    /// Folds an event into the facts. One exhaustive match for every store: a store writes the rows that differ
    /// afterwards (`docs/decisions/0002-events-fold-once.md`).
    pub fn apply(&mut self, event: &Event) {
        let now = self.now;
        match event {
            Event::OrganizationFounded { organization, seat_limit } => {
                let seats = Seats { limit: *seat_limit, ..Seats::default() };
                self.head = Some(Head {
                    organization: organization.clone(),
                    seats,
                    subscription: Subscription::default(),
                    audit: ChainEnd::default(),
                    revision: 0,
                });
            }
            Event::MemberJoined { member } => {
                self.join(member);
            }
            Event::OrganizationRenamed { name, .. } => self.organization(|it| it.name = name.clone()),
            Event::OrganizationBranded { branding, .. } => self.organization(|it| it.branding = branding.clone()),
            // What was put back was there before anything could be decided.
            Event::BackupTaken { .. } | Event::OrganizationRestored { .. } => {}
            Event::TemplateSaved { template, wording } => {
                self.keep(wording);
                self.organization(|it| it.branding.wordings.choose(*template, Some(wording.id)));
            }
            Event::TemplateReset { template } => self.organization(|it| it.branding.wordings.choose(*template, None)),
            // Part of the row that was just made: no version of its own.
            Event::InvitationWorded { invitation, wording } => {
                self.keep(wording);
                if let Some(it) = self.invitations.iter_mut().find(|it| it.id == *invitation) {
                    it.wording = Some(wording.id);
                }
            }
            Event::OrganizationDeleted { .. } => self.organization(|it| it.state = OrganizationState::Deleted),
            Event::OwnershipTransferred { to } => {
                let top = self.head.as_ref().map(|head| head.organization.policy.role_scheme.top().clone());
                // An owner's access must not end by a date: the organization would be without one (I1).
                self.change_member(*to, |it| {
                    it.role = top.unwrap_or_else(|| it.role.clone());
                    it.deactivates_at = None;
                    // Whoever joins as the owner has a sign-in of this very instant.
                    it.raised_at = if it.joined_at < now { Some(now) } else { it.raised_at };
                });
                self.organization(|it| {
                    it.owner = Some(*to);
                    it.state = OrganizationState::Live;
                });
            }
            Event::SeatLimitSet { limit, .. } => self.counted(|head| head.seats.limit = *limit),
            Event::SubscriptionSet { subscription, .. } => {
                self.counted(|head| head.subscription = subscription.clone());
            }
            Event::SubscriptionEndAnnounced { .. } => {
                self.subscription(|it| it.announces_at = it.next_announcement(now));
            }
            Event::WhenFullSet { when_full, .. } => self.organization(|it| it.policy.when_full = *when_full),
            Event::InvitationCreated { invitation } => {
                self.count(0, i64::from(invitation.reserves_seat));
                self.invitations.push(invitation.clone());
            }
            Event::InvitationRenewed { invitation, channel, expires_at } => self.change_invitation(*invitation, |it| {
                it.generation = it.generation.saturating_add(1);
                it.channel = *channel;
                it.expires_at = *expires_at;
                it.delivery = if *channel == Channel::Mail { Delivery::Queued } else { Delivery::None };
                it.sends = it.sends.saturating_add(1);
            }),
            Event::InvitationRevoked { invitation } => self.settle(*invitation, InvitationState::Revoked),
            Event::InvitationDeclined { invitation } => self.settle(*invitation, InvitationState::Declined),
            Event::InvitationExpired { invitation } => self.settle(*invitation, InvitationState::Expired),
            Event::InvitationAccepted { invitation, member } => {
                self.settle(*invitation, InvitationState::Accepted);
                self.change_invitation(*invitation, |it| it.member = Some(member.id));
                self.join(member);
            }
            Event::MemberRoleChanged { member, role } => {
                let head = self.head.as_ref();
                let scheme = head.map(|head| head.organization.policy.role_scheme.clone());
                self.change_member(*member, |it| {
                    if scheme.is_some_and(|scheme| scheme.rises(&it.role, role)) {
                        it.raised_at = Some(now);
                    }
                    it.role = role.clone();
                });
            }
            Event::MemberRemoved { member } | Event::MemberLeft { member } => {
                self.seat(*member, false);
                self.stop_waiting(*member);
                self.members.retain(|it| it.id != *member);
                // Stores drop by key the shares that are not among these facts.
                self.shares.retain(|it| it.holder != Holder::Member(*member));
            }
            Event::MemberSuspended { member } => self.change_member(*member, |it| it.status = MemberStatus::Suspended),
            Event::MemberReactivated { member, seat } => {
                self.seat(*member, *seat);
                self.change_member(*member, |it| {
                    it.status = MemberStatus::Active;
                    it.deactivates_at = it.deactivates_at.filter(|at| *at > now);
                });
            }
            Event::DeactivationDateSet { member, at } => self.change_member(*member, |it| it.deactivates_at = *at),
            Event::MemberDeactivated { member } => {
                self.seat(*member, false);
                self.stop_waiting(*member);
                self.change_member(*member, |it| it.status = MemberStatus::Deactivated);
            }
            Event::SeatAllocated { member } => {
                self.stop_waiting(*member);
                self.seat(*member, true);
            }
            Event::SeatReleased { member } => self.seat(*member, false),
            Event::InvitationExtended { invitation, groups, sessions } => self.change_invitation(*invitation, |it| {
                it.groups.extend(groups);
                it.groups.sort_unstable();
                it.groups.dedup();
                it.sessions.extend(sessions);
                it.sessions.sort_unstable();
                it.sessions.dedup();
            }),
            Event::GroupCreated { .. }
            | Event::GroupRenamed { .. }
            | Event::GroupDeleted { .. }
            | Event::GroupJoined { .. }
            | Event::GroupLeft { .. }
            | Event::ProgramCreated { .. }
            | Event::ProgramChanged { .. }
            | Event::ProgramDeleted { .. }
            | Event::SessionCreated { .. }
            | Event::SessionChanged { .. }
            | Event::SessionDeleted { .. }
            | Event::MemberEnrolled { .. }
            | Event::EnrolmentEnded { .. } => self.apply_attendance(event),
            Event::ImportBegun { import, .. } => self.imports.push(import.clone()),
            Event::ImportAdvanced { import, until, .. } => self.change_import(*import, |it| it.advance(*until, now)),
            Event::ImportUndoBegun { import, by } => self.change_import(*import, |it| {
                it.by = *by;
                it.state = ImportState::Undoing;
                it.done = 0;
            }),
            Event::ApiKeyCreated { key } => self.keys.push(key.clone()),
            Event::ApiKeyRevoked { key } => revoke(&mut self.keys, *key, now),
            Event::OperatorKeyCreated { key } => self.operator_keys.push(key.clone()),
            Event::OperatorKeyRevoked { key } => revoke(&mut self.operator_keys, *key, now),
            Event::ResourceRegistered { resource } => self.resources.push(resource.clone()),
            Event::ResourceRestrictionChanged { resource, restricted } => {
                if let Some(it) = self.resources.iter_mut().find(|it| it.name == *resource) {
                    it.restricted = *restricted;
                    it.version = it.version.saturating_add(1);
                }
            }
            Event::ResourceRemoved { resource } => {
                self.resources.retain(|it| it.name != *resource);
                self.shares.retain(|it| it.resource != *resource);
            }
            Event::ResourceShared { resource, holder, level } => {
                let is_it = |it: &&mut Share| it.resource == *resource && it.holder == *holder;
                match self.shares.iter_mut().find(is_it) {
                    Some(share) => {
                        share.level = *level;
                        share.version = share.version.saturating_add(1);
                    }
                    None => self.shares.push(Share {
                        resource: resource.clone(),
                        holder: *holder,
                        level: *level,
                        version: 1,
                    }),
                }
            }
            Event::ResourceUnshared { resource, holder } => {
                self.shares.retain(|it| it.resource != *resource || it.holder != *holder);
            }
            Event::MemberProfileChanged { member, name, email, profile } => self.change_member(*member, |it| {
                // A link on its way to another mailbox must not prove this one.
                if let Some(link) = it.set_up.as_mut().filter(|link| link.used_at.is_none() && it.email != *email) {
                    link.expires_at = link.expires_at.min(now);
                }
                it.name = name.clone();
                it.email = email.clone();
                it.profile = profile.clone();
            }),
            Event::SetUpLinkIssued { member, link, round } => self.change_member(*member, |it| {
                it.set_up = Some(*link);
                if let Some(number) = round {
                    it.rounds.add(*number, now);
                }
            }),
            Event::SetUpCodeMissed { member } => self.change_member(*member, |it| {
                if let Some(code) = it.set_up.as_mut().and_then(|link| link.code.as_mut()) {
                    code.misses = code.misses.saturating_add(1);
                }
            }),
            Event::RoundStarted { round } => self.rounds.push(round.clone()),
            Event::RoundMoved { round, step } => self.move_round(*round, step),
            Event::LoginSetUp { member, user, by_link } => self.change_member(*member, |it| {
                it.user = Some(*user);
                if let Some(link) = it.set_up.as_mut().filter(|_| *by_link) {
                    link.used_at = Some(now);
                }
            }),
            Event::LoginClearBegun { .. }
            | Event::LoginClearMoved { .. }
            | Event::LoginClearUndoBegun { .. }
            | Event::MemberLoginCleared { .. }
            | Event::MemberLoginGivenBack { .. }
            | Event::AccountCleared { .. }
            | Event::AccountGivenBack { .. } => self.apply_clear(event),
            // What changes are rows of the user, by events of their own.
            Event::MemberLoginChanged { .. } | Event::MemberSignedOut { .. } => {}
            Event::UserRegistered { user } => self.users.push(user.clone()),
            Event::ProfileChanged { user, name, names, language } => self.change_user(*user, |it| {
                it.name = name.clone();
                it.names = names.clone();
                it.language = *language;
            }),
            Event::EmailVerified { user, address } => self.change_user(*user, |it| {
                it.emails.retain(|email| email.address != *address);
                it.emails.push(UserEmail { address: address.clone(), verified_at: Some(now) });
            }),
            Event::PasswordChanged { user, password } => self.change_user(*user, |it| {
                it.password = Some(password.clone());
                it.password_due = false;
                it.initial_password = None;
                it.password_generation = it.password_generation.saturating_add(1);
            }),
            Event::UsernameChanged { user, username } => {
                self.change_user(*user, |it| it.username = Some(username.clone()));
            }
            Event::InitialPasswordSet { user, password } => self.change_user(*user, |it| {
                it.password = Some(password.clone());
                it.password_due = true;
                it.initial_password = Some(InitialPassword::set_at(now));
                it.password_generation = it.password_generation.saturating_add(1);
            }),
            Event::InitialPasswordUsed { user } => self.change_user(*user, |it| {
                it.initial_password = it.initial_password.map(|it| InitialPassword { used_at: Some(now), ..it });
            }),
            Event::PreparedAccountDropped { user } => self.change_user(*user, |it| {
                it.username = None;
                it.emails.clear();
                it.password = None;
                it.initial_password = None;
                it.password_generation = it.password_generation.saturating_add(1);
            }),
            Event::EmailAdded { user, address } => self.change_user(*user, |it| {
                it.emails.push(UserEmail { address: address.clone(), verified_at: None });
            }),
            Event::EmailRemoved { user, address } => {
                self.change_user(*user, |it| it.emails.retain(|email| email.address != *address));
            }
            Event::PrimaryEmailChanged { user, address } => {
                // The sort is stable: the others keep their order.
                self.change_user(*user, |it| it.emails.sort_by_key(|email| email.address != *address));
            }
            Event::IdentityLinked { user, identity } => self.change_user(*user, |it| {
                it.identities.retain(|earlier| earlier.subject != identity.subject);
                it.identities.push(identity.clone());
            }),
            Event::IdentityUnlinked { user, identity } => self.change_user(*user, |it| {
                it.identities.retain(|kept| kept.id() != *identity);
                it.password_generation = it.password_generation.saturating_add(1);
            }),
            Event::UserLinkIssued { link } => {
                self.links.retain(|it| (it.user, it.id) != (link.user, link.id));
                self.links.push(link.clone());
            }
            Event::UserLinkUsed { user, link } => self.change_link((*user, *link), |it| it.used_at = Some(now)),
            Event::UserLinkEnded { user, link } => self.change_link((*user, *link), |it| it.expires_at = now),
            Event::TotpBegun { user, totp } => self.change_factors(*user, |it| it.totp = Some(totp.clone())),
            Event::TotpConfirmed { user, step } => self.change_factors(*user, |it| {
                if let Some(totp) = &mut it.totp {
                    totp.confirmed_at = Some(now);
                    totp.last_step = *step;
                }
            }),
            Event::TotpRemoved { user } => self.change_factors(*user, |it| it.totp = None),
            Event::PasskeyAdded { user, passkey } => self.change_factors(*user, |it| it.passkeys.push(passkey.clone())),
            Event::PasskeyRemoved { user, passkey } => {
                self.change_factors(*user, |it| it.passkeys.retain(|own| own.id != *passkey));
            }
            Event::RecoveryCodesMade { user, codes } => self.change_factors(*user, |it| it.codes = codes.clone()),
            Event::SecondFactorUsed { user, used } => self.change_factors(*user, |it| use_up(it, used, now)),
            Event::SecondFactorsReset { user } => self.change_factors(*user, |it| {
                *it = SecondFactors { version: it.version, ..SecondFactors::none(it.user) };
            }),
            Event::PolicyChanged { policy, .. } => self.organization(|it| it.policy = policy.clone()),
            Event::OperatorAppointed { user } => {
                self.has_operator = true;
                self.change_user(*user, |it| it.operator = true);
            }
            Event::SignUpRequested { sign_up } => self.sign_ups.push(sign_up.clone()),
            Event::SignUpCompleted { sign_up } => self.sign_ups.retain(|it| it.id != *sign_up),
            Event::SignedIn { sign_in } => self.sign_ins.push(sign_in.clone()),
            Event::SignInReplaced { sign_in, former, until } => {
                self.sign_ins.iter_mut().filter(|it| it.id == *former).for_each(|it| it.expires_at = *until);
                self.sign_ins.push(sign_in.clone());
            }
            Event::SignedOut { sign_in, .. } => self.sign_ins.retain(|it| it.id != *sign_in),
            Event::SignedOutElsewhere { user, kept } => {
                let generation = self.user(*user).map(|it| it.password_generation);
                self.sign_ins.retain(|it| it.user != *user || Some(it.id) == *kept);
                for own in self.sign_ins.iter_mut().filter(|it| it.user == *user) {
                    own.password_generation = generation.unwrap_or(own.password_generation);
                }
            }
        }
    }

    /// What happens to groups, programs and sessions, and to who attends them.
    fn apply_attendance(&mut self, event: &Event) {
        let since = self.now;
        match event {
            Event::GroupCreated { group } => self.groups.push(group.clone()),
            Event::GroupRenamed { group, name } => {
                for it in self.groups.iter_mut().filter(|it| it.id == *group) {
                    it.name = name.clone();
                    it.version = it.version.saturating_add(1);
                }
            }
            Event::GroupDeleted { group } => {
                self.groups.retain(|it| it.id != *group);
                // Stores drop by key the shares that are not among these facts.
                self.shares.retain(|it| it.holder != Holder::Group(*group));
            }
            Event::GroupJoined { group, member } => {
                self.group_members.push(GroupMember { group: *group, member: *member, since });
            }
            Event::GroupLeft { group, member } => {
                self.group_members.retain(|it| (it.group, it.member) != (*group, *member));
            }
            Event::ProgramCreated { program } => self.programs.push(program.clone()),
            Event::ProgramChanged { program } => {
                for it in self.programs.iter_mut().filter(|it| it.id == program.id) {
                    *it = Program { version: it.version.saturating_add(1), ..program.clone() };
                }
            }
            Event::ProgramDeleted { program } => self.programs.retain(|it| it.id != *program),
            Event::SessionCreated { session } => self.sessions.push(session.clone()),
            Event::SessionChanged { session } => {
                for it in self.sessions.iter_mut().filter(|it| it.id == session.id) {
                    *it = Session { version: it.version.saturating_add(1), ..session.clone() };
                }
            }
            Event::SessionDeleted { session } => self.sessions.retain(|it| it.id != *session),
            Event::MemberEnrolled { session, member } => {
                self.enrolments.push(Enrolment { session: *session, member: *member, since });
            }
            Event::EnrolmentEnded { session, member } => {
                self.enrolments.retain(|it| (it.session, it.member) != (*session, *member));
            }
            _ => {}
        }
    }

    /// What clearing all logins, and taking that back, does to them.
    fn apply_clear(&mut self, event: &Event) {
        let now = self.now;
        match event {
            Event::LoginClearBegun { clear } => self.clears.push(clear.clone()),
            Event::LoginClearMoved { clear, step } => {
                self.change_clear(*clear, |it| {
                    it.after = step.after;
                    it.counts.add(&step.counts);
                    it.state = step.state;
                    if step.state == ClearState::Cleared {
                        it.finished_at = it.finished_at.or(Some(now));
                    }
                });
                self.cleared.retain(|it| it.clear != *clear || !step.settled.contains(&it.user));
            }
            Event::LoginClearUndoBegun { clear, by } => self.change_clear(*clear, |it| {
                it.state = ClearState::Undoing;
                it.acts_for = *by;
            }),
            Event::MemberLoginCleared { clear, member, user, account } => {
                let factors = self.second_factors.iter().find(|it| it.user == *user);
                let kept = self.user(*user).filter(|_| *account).map(|it| KeptLogin::of(it, factors));
                self.cleared.push(ClearedLogin { clear: *clear, user: *user, member: *member, kept });
                self.change_member(*member, |it| it.user = None);
            }
            Event::MemberLoginGivenBack { member, user } => self.change_member(*member, |it| it.user = Some(*user)),
            Event::AccountCleared { user } => {
                self.change_user(*user, |it| {
                    it.username = None;
                    it.emails.clear();
                    it.password = None;
                    it.password_due = false;
                    it.initial_password = None;
                    it.identities.clear();
                    it.password_generation = it.password_generation.saturating_add(1);
                });
                if self.second_factors.iter().any(|it| it.user == *user) {
                    self.change_factors(*user, |it| {
                        *it = SecondFactors { version: it.version, ..SecondFactors::none(it.user) };
                    });
                }
            }
            Event::AccountGivenBack { user, login } => {
                self.change_user(*user, |it| {
                    it.username = login.username.clone();
                    it.emails = login.emails.clone();
                    it.password = login.password.clone();
                    it.password_due = login.password_due;
                    it.initial_password = login.initial_password;
                    it.identities = login.identities.clone();
                    it.password_generation = it.password_generation.saturating_add(1);
                });
                if let Some(factors) = &login.factors {
                    self.change_factors(*user, |it| *it = SecondFactors { version: it.version, ..factors.clone() });
                }
            }
            _ => {}
        }
    }

    fn keep(&mut self, wording: &Wording) {
        if self.wording(wording.id).is_none() {
            self.wordings.push(wording.clone());
        }
    }

    fn organization(&mut self, change: impl FnOnce(&mut Organization)) {
        self.counted(|head| change(&mut head.organization));
    }

    /// Changes the organization or what was sold to it: whoever has read it has read something else from now on.
    fn counted(&mut self, change: impl FnOnce(&mut Head)) {
        if let Some(head) = &mut self.head {
            change(head);
            head.organization.version = head.organization.version.saturating_add(1);
        }
    }

    fn change_member(&mut self, id: MemberId, change: impl FnOnce(&mut Member)) {
        let now = self.now;
        if let Some(member) = self.members.iter_mut().find(|member| member.id == id) {
            let (user, since) = (member.user, member.login_since);
            change(member);
            // Whoever has another login has it since now, unless the event says since when.
            if member.user != user && member.login_since == since {
                member.login_since = member.user.map(|_| now);
            }
            member.version = member.version.saturating_add(1);
        }
    }

    fn change_import(&mut self, id: ImportId, change: impl FnOnce(&mut Import)) {
        if let Some(import) = self.imports.iter_mut().find(|import| import.id == id) {
            change(import);
            import.version = import.version.saturating_add(1);
        }
    }

    fn move_round(&mut self, id: RoundId, step: &RoundStep) {
        let now = self.now;
        for it in self.rounds.iter_mut().filter(|it| it.id == id) {
            it.after = step.after;
            it.moved_at = now;
            it.mailed = it.mailed.saturating_add(step.mailed);
            for (reason, count) in &step.left_out {
                let counter = it.left_out.entry(*reason).or_default();
                *counter = counter.saturating_add(*count);
            }
            it.chunks = it.chunks.saturating_add(1);
            it.finished_at = step.finishes.then_some(now);
            it.version = it.version.saturating_add(1);
        }
    }

    fn change_clear(&mut self, id: ClearId, change: impl FnOnce(&mut LoginClear)) {
        let now = self.now;
        if let Some(clear) = self.clears.iter_mut().find(|clear| clear.id == id) {
            change(clear);
            clear.moved_at = now;
            clear.chunks = clear.chunks.saturating_add(1);
            clear.version = clear.version.saturating_add(1);
        }
    }

    fn change_invitation(&mut self, id: InvitationId, change: impl FnOnce(&mut Invitation)) {
        if let Some(invitation) = self.invitations.iter_mut().find(|invitation| invitation.id == id) {
            change(invitation);
            invitation.version = invitation.version.saturating_add(1);
        }
    }

    fn change_user(&mut self, id: UserId, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.iter_mut().find(|user| user.id == id) {
            change(user);
            user.version = user.version.saturating_add(1);
        }
    }

    fn change_link(&mut self, id: (UserId, UserLinkId), change: impl FnOnce(&mut UserLink)) {
        if let Some(link) = self.links.iter_mut().find(|link| (link.user, link.id) == id) {
            change(link);
            link.version = link.version.saturating_add(1);
        }
    }

    /// Changes a person's second factors; whoever has none yet gets a row of them.
    fn change_factors(&mut self, id: UserId, change: impl FnOnce(&mut SecondFactors)) {
        let position = self.second_factors.iter().position(|it| it.user == id).unwrap_or_else(|| {
            self.second_factors.push(SecondFactors::none(id));
            self.second_factors.len().saturating_sub(1)
        });
        if let Some(factors) = self.second_factors.get_mut(position) {
            change(factors);
            // Recovery codes stand in for another factor; alone they are none.
            if !factors.is_on() {
                factors.codes.clear();
            }
            factors.version = factors.version.saturating_add(1);
        }
    }

    fn settle(&mut self, id: InvitationId, state: InvitationState) {
        let now = self.now;
        let reserved = self.invitations.iter().any(|it| it.id == id && it.reserves_seat);
        self.count(0, -i64::from(reserved));
        self.change_invitation(id, |it| {
            it.state = state;
            it.settled_at = Some(now);
            it.reserves_seat = false;
        });
    }

    fn seat(&mut self, id: MemberId, seat: bool) {
        let had = self.members.iter().any(|it| it.id == id && it.seat);
        self.count(i64::from(seat).saturating_sub(i64::from(had)), 0);
        self.change_member(id, |it| it.seat = seat);
    }

    fn join(&mut self, member: &Member) {
        self.count(i64::from(member.seat), 0);
        self.count_waiting(i64::from(member.waits_since.is_some()));
        self.members.push(member.clone());
    }

    fn stop_waiting(&mut self, id: MemberId) {
        if self.members.iter().any(|it| it.id == id && it.waits_since.is_some()) {
            self.count_waiting(-1);
            self.change_member(id, |it| it.waits_since = None);
        }
    }

    fn count_waiting(&mut self, waiting: i64) {
        if let Some(head) = &mut self.head {
            head.seats.waiting = moved(head.seats.waiting, waiting);
        }
    }

    fn subscription(&mut self, change: impl FnOnce(&mut Subscription)) {
        if let Some(head) = &mut self.head {
            change(&mut head.subscription);
        }
    }

    fn count(&mut self, assigned: i64, reserved: i64) {
        if let Some(head) = &mut self.head {
            head.seats.assigned = moved(head.seats.assigned, assigned);
            head.seats.reserved = moved(head.seats.reserved, reserved);
        }
    }
}

fn revoke(keys: &mut [ApiKey], id: ApiKeyId, now: OffsetDateTime) {
    if let Some(key) = keys.iter_mut().find(|key| key.id == id) {
        key.revoked_at = Some(now);
        key.version = key.version.saturating_add(1);
    }
}

/// Writes down that something was shown, so that it is accepted once.
fn use_up(factors: &mut SecondFactors, used: &UsedFactor, now: OffsetDateTime) {
    match used {
        UsedFactor::Totp(step) => {
            if let Some(totp) = &mut factors.totp {
                totp.last_step = *step;
            }
        }
        UsedFactor::RecoveryCode(hash) => factors.codes.retain(|code| code != hash),
        UsedFactor::Passkey(used) => {
            if let Some(passkey) = factors.passkeys.iter_mut().find(|it| it.id == used.id) {
                passkey.credential = used.credential.clone();
                passkey.challenged_at = used.challenged_at;
                passkey.used_at = Some(now);
            }
        }
    }
}

/// A counter after a change. It can never go below zero: that would be a bug, and the tables refuse it too.
fn moved(counter: u32, by: i64) -> u32 {
    let after = i64::from(counter).saturating_add(by);
    debug_assert!(after >= 0, "a seat counter went below zero");
    u32::try_from(after).unwrap_or(0)
}
