//! The steps of a walk, and how likely each is.

use membership_core::resource::Level;
use membership_core::roster::Invited;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};

use super::attendance::{Attend, PlacePick, attend, place};
use super::imports::{Importing, importing};
use super::{pick, preset, seats};

/// Points at one of however many there will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick(pub u16);

impl Pick {
    /// The one it points at, if there is any.
    pub fn of<T>(self, all: impl IntoIterator<Item = T>) -> Option<T> {
        let mut all: Vec<T> = all.into_iter().collect();
        let index = usize::from(self.0).checked_rem(all.len())?;
        Some(all.swap_remove(index))
    }

    /// Mostly one of the likely ones; one of all now and then, or if there are no likely ones.
    pub(super) fn mostly_of<T>(
        self,
        likely: impl IntoIterator<Item = T>,
        all: impl IntoIterator<Item = T>,
    ) -> Option<T> {
        let likely = if self.0.is_multiple_of(6) { None } else { self.of(likely) };
        likely.or_else(|| self.of(all))
    }
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum Step {
    /// Somebody founds another organization.
    Found { founder: Pick, preset: &'static str, seats: Option<u32> },
    /// An operator, or somebody who is none, founds one for somebody else.
    FoundFor { by: By, owner: Pick, preset: &'static str, seats: Option<u32> },
    /// An operator, or somebody who is none, invites the owner of an organization that mostly awaits one.
    InviteOwner { by: By, organization: Pick, owner: Pick },
    /// Somebody does something in an organization.
    Act { organization: Pick, by: By, act: Act },
    /// Somebody does something with their own account.
    Deed(Deed),
    /// A courier takes a due message and reports one of the outcomes.
    Deliver { message: Pick, outcome: Pick },
    /// Time passes.
    Pass(Jump),
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The owner.
    Owner,
    /// A member.
    Member(Pick),
    /// A person who may or may not belong.
    Anybody(Pick),
    /// A program with one of the organization's keys, or now and then with another one's.
    Key(Pick),
    /// A program with one of the operator's keys.
    OperatorKey(Pick),
    /// An operator, by token or by name.
    Operator(Option<Pick>),
    /// The service itself.
    System,
    /// Whoever holds a link.
    Invitee,
}

/// On whom or what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// One of the organization's own.
    Own(Pick),
    /// The owner.
    Owner,
    /// Whoever acts.
    Oneself,
    /// One of another organization.
    Foreign(Pick),
    /// An id that does not exist.
    Unknown,
}

/// When, as seen from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// In so many hours; it may lie in the past.
    InHours(i16),
    /// At an instant that means something already.
    At(Pick),
}

/// How time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    /// So many minutes.
    Minutes(u16),
    /// To the instant at which something opens or ends.
    To(Pick),
    /// To one microsecond before it.
    JustBefore(Pick),
}

/// Somebody to be invited, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Which person.
    pub person: Pick,
    /// Which role; the default one if none is named.
    pub role: Option<Pick>,
    /// When it goes out.
    pub opens_at: Option<When>,
    /// For how many days it is good.
    pub valid_days: Option<u8>,
    /// When the membership ends.
    pub deactivates_at: Option<When>,
    /// Into which group or session accepting leads.
    pub leads_into: Option<PlacePick>,
    /// Whether the link is handed over.
    pub by_hand: bool,
}

/// Who opens a link, and how it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// The invited person, signed in.
    SignedIn,
    /// The invited person, by typing the address.
    Typed,
    /// The invited person, who types another address.
    TypedWrongly(Pick),
    /// Somebody else, signed in.
    SomebodyElse(Pick),
    /// The invited person, whose address is not verified.
    Unverified,
    /// The invited person, who has no account yet and may choose one of few usernames.
    Newcomer(Option<Pick>),
    /// A newcomer for another address.
    WrongNewcomer(Pick),
}

/// Who opens a personal link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redeems {
    /// A new person, who may choose one of few usernames.
    Newcomer(Option<Pick>),
    /// The person whose address the member has, signed in.
    SignedIn,
    /// Anybody, signed in.
    Anybody(Pick),
}

/// Which link of an invitation is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkChoice {
    /// The present one.
    Present,
    /// One of another generation.
    Older(u8),
    /// One that finds nothing here.
    Astray,
}

/// What is done in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum Act {
    Invite { guests: Vec<Guest>, all_or_none: bool },
    Renew { invitation: Target, by_hand: bool },
    Revoke { invitation: Target },
    Accept { invitation: Pick, link: LinkChoice, acceptance: Acceptance },
    Decline { invitation: Pick, link: LinkChoice },
    Register { invitation: Pick, link: LinkChoice },
    ChangeRole { member: Target, role: Pick, stale: bool },
    AddMember { guest: Guest, login: Option<Pick>, link: Option<bool> },
    IssueSetUpLink { member: Target, by_hand: bool },
    RedeemSetUpLink { member: Pick, older: bool, redeemer: Redeems },
    TrySetUpCode { member: Pick, older: bool, is_right: bool },
    SetLogin { member: Target, username: Option<Pick>, password: bool },
    SignMemberOut { member: Target },
    StartRound { members: Option<Vec<Target>>, invited: Option<Invited> },
    SendRoundChunk { round: Pick, stale: bool, finishes: bool },
    Clearing(Clearing),
    UpdateMember { member: Target, what: Pick, stale: bool },
    Remove { member: Target, stale: bool },
    Leave,
    TransferOwnership { member: Target, stale: bool },
    ReassignOwnership { member: Target },
    Suspend { member: Target },
    Reactivate { member: Target },
    SetDeactivationDate { member: Target, at: Option<When> },
    SetSubscription { seats: Option<u32>, expires_at: Option<When>, grace_days: u16, stale: bool },
    SetWhenFull { waits: bool },
    AllocateSeats { members: Vec<Target>, all_or_none: bool },
    ChangeMembers { members: Vec<Target>, deed: Pick, role: Pick },
    ChangeInvitations { invitations: Vec<Target>, revokes: bool },
    ReleaseSeat { member: Target },
    Rename { name: Pick },
    Delete { stale: bool },
    CreateKey { scopes: Pick, days: Option<u16> },
    RevokeKey { key: Pick },
    Attend(Attend),
    Importing(Importing),
    ChangePolicy { second_factor: Pick, stale: bool },
    Settle,
    Customize { accent: Pick, stale: bool },
    TakeBackup,
    PutTemplate { template: Pick, text: Pick, stale: bool },
    ResetTemplate { template: Pick, stale: bool },
    PutRecord { record: Pick, restricted: bool, stale: bool },
    RemoveRecord { record: Pick, stale: bool },
    ShareRecord { record: Pick, member: Target, level: Level, stale: bool },
    ShareWithGroup { record: Pick, group: Pick, level: Level, stale: bool },
    UnshareRecord { record: Pick, member: Target },
}

/// What happens around clearing all logins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clearing {
    Begin { mistyped: bool },
    Chunk { clear: Pick, stale: bool, finishes: bool },
    Undo { clear: Pick },
    GiveBack { clear: Pick, stale: bool, finishes: bool },
}

/// What is done with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum Deed {
    SignUp { person: Pick },
    CompleteSignUp { sign_up: Pick },
    SetUp { person: Pick },
    SignIn { user: Pick },
    SignOut { sign_in: Pick },
    ChangeProfile { user: Pick, name: Option<Pick>, stale: bool },
    ChangePassword { user: Pick, stale: bool },
    SignOutElsewhere { sign_in: Pick },
    AskToRecover { person: Pick },
    MailLink { user: Pick, reset: bool },
    RedeemLink { link: Pick, older: bool },
    AddAddress { user: Pick, person: Pick },
    VerifyAddress { link: Pick },
    MakePrimary { user: Pick, address: Pick },
    RemoveAddress { user: Pick, address: Pick },
    RegisterByIdentity { person: Pick, subject: Pick, nameless: bool },
    LinkIdentity { user: Pick, subject: Pick },
    UnlinkIdentity { user: Pick, subject: Pick },
    FollowIssuer { user: Pick, subject: Pick, person: Pick },
    CreateOperatorKey { by: By, scopes: Pick },
    RevokeOperatorKey { by: By, key: Pick },
    BeginTotp { user: Pick, stale: bool },
    ConfirmTotp { user: Pick, wrong: bool },
    AddPasskey { sign_in: Pick, number: Pick },
    Prove { user: Pick, with: Pick, wrong: bool },
    ReplaceSignIn { sign_in: Pick },
    EnterByPasskey { user: Pick, stale: bool },
    RemoveFactor { user: Pick, passkey: Option<Pick>, stale: bool },
    MakeRecoveryCodes { user: Pick, stale: bool },
    ResetSecondFactors { user: Pick, by_operator: bool },
}

/// What a walk is mostly about. With many commands, a walk that does a little of everything seldom comes to the third
/// step of anything; a walk with a theme does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Everything alike.
    None,
    /// Inviting and accepting.
    Invitations,
    /// Members, their roles and seats.
    Members,
    /// The logins of members.
    Logins,
    /// Groups, programs and sessions.
    Attendance,
    /// Many people at once.
    Imports,
    /// Records and with whom they are shared.
    Records,
    /// Accounts and second factors.
    Accounts,
}

impl Theme {
    /// How often a kind of step is taken, where it is the theme and where it is not.
    fn weight(self, usual: u32, theme: Self) -> u32 {
        if self == theme { usual.saturating_mul(6) } else { usual }
    }
}

/// Any theme; half of the walks have none.
pub fn theme() -> BoxedStrategy<Theme> {
    prop_oneof![
        6 => Just(Theme::None),
        1 => Just(Theme::Invitations),
        1 => Just(Theme::Members),
        1 => Just(Theme::Logins),
        1 => Just(Theme::Attendance),
        1 => Just(Theme::Imports),
        1 => Just(Theme::Records),
        1 => Just(Theme::Accounts),
    ]
    .boxed()
}

/// Any step.
pub fn step(theme: Theme) -> BoxedStrategy<Step> {
    let accounts = |usual| theme.weight(usual, Theme::Accounts);
    prop_oneof![
        1 => (pick(), preset(), seats()).prop_map(|(founder, preset, seats)| Step::Found { founder, preset, seats }),
        1 => (mostly(By::Operator(None)), pick(), preset(), seats())
            .prop_map(|(by, owner, preset, seats)| Step::FoundFor { by, owner, preset, seats }),
        1 => (mostly(By::Operator(None)), pick(), pick())
            .prop_map(|(by, organization, owner)| Step::InviteOwner { by, organization, owner }),
        40 => (pick(), act(theme)).prop_map(|(organization, (by, act))| Step::Act { organization, by, act }),
        accounts(16) => deed().prop_map(Step::Deed),
        accounts(8) => factor_deed().prop_map(Step::Deed),
        3 => (pick(), pick()).prop_map(|(message, outcome)| Step::Deliver { message, outcome }),
        5 => jump().prop_map(Step::Pass),
    ]
    .boxed()
}

/// Anything around clearing all logins.
fn clearing() -> BoxedStrategy<Clearing> {
    prop_oneof![
        3 => seldom().prop_map(|mistyped| Clearing::Begin { mistyped }),
        4 => (pick(), seldom(), any::<bool>())
            .prop_map(|(clear, stale, finishes)| Clearing::Chunk { clear, stale, finishes }),
        2 => pick().prop_map(|clear| Clearing::Undo { clear }),
        3 => (pick(), seldom(), any::<bool>())
            .prop_map(|(clear, stale, finishes)| Clearing::GiveBack { clear, stale, finishes }),
    ]
    .boxed()
}

/// Any deed with an account.
pub fn deed() -> BoxedStrategy<Deed> {
    prop_oneof![
        1 => pick().prop_map(|person| Deed::SignUp { person }),
        1 => pick().prop_map(|sign_up| Deed::CompleteSignUp { sign_up }),
        1 => pick().prop_map(|person| Deed::SetUp { person }),
        1 => pick().prop_map(|user| Deed::SignIn { user }),
        1 => pick().prop_map(|sign_in| Deed::SignOut { sign_in }),
        1 => (pick(), option::of(pick()), seldom()).prop_map(|(user, name, stale)| Deed::ChangeProfile {
            user,
            name,
            stale
        }),
        1 => (pick(), seldom()).prop_map(|(user, stale)| Deed::ChangePassword { user, stale }),
        1 => pick().prop_map(|sign_in| Deed::SignOutElsewhere { sign_in }),
        1 => pick().prop_map(|person| Deed::AskToRecover { person }),
        4 => (pick(), any::<bool>()).prop_map(|(user, reset)| Deed::MailLink { user, reset }),
        4 => (pick(), seldom()).prop_map(|(link, older)| Deed::RedeemLink { link, older }),
        2 => (pick(), pick()).prop_map(|(user, person)| Deed::AddAddress { user, person }),
        2 => pick().prop_map(|link| Deed::VerifyAddress { link }),
        1 => (pick(), pick()).prop_map(|(user, address)| Deed::MakePrimary { user, address }),
        2 => (pick(), pick()).prop_map(|(user, address)| Deed::RemoveAddress { user, address }),
        2 => (pick(), pick(), seldom())
            .prop_map(|(person, subject, nameless)| Deed::RegisterByIdentity { person, subject, nameless }),
        3 => (pick(), pick()).prop_map(|(user, subject)| Deed::LinkIdentity { user, subject }),
        3 => (pick(), pick()).prop_map(|(user, subject)| Deed::UnlinkIdentity { user, subject }),
        1 => (pick(), pick(), pick())
            .prop_map(|(user, subject, person)| Deed::FollowIssuer { user, subject, person }),
        1 => (mostly(By::Operator(None)), pick()).prop_map(|(by, scopes)| Deed::CreateOperatorKey { by, scopes }),
        1 => (mostly(By::Operator(None)), pick()).prop_map(|(by, key)| Deed::RevokeOperatorKey { by, key }),
    ]
    .boxed()
}

/// Any deed with second factors.
fn factor_deed() -> BoxedStrategy<Deed> {
    prop_oneof![
        3 => (pick(), seldom()).prop_map(|(user, stale)| Deed::BeginTotp { user, stale }),
        6 => (pick(), seldom()).prop_map(|(user, wrong)| Deed::ConfirmTotp { user, wrong }),
        2 => (pick(), pick()).prop_map(|(sign_in, number)| Deed::AddPasskey { sign_in, number }),
        2 => pick().prop_map(|sign_in| Deed::ReplaceSignIn { sign_in }),
        2 => (pick(), seldom()).prop_map(|(user, stale)| Deed::EnterByPasskey { user, stale }),
        6 => (pick(), pick(), seldom()).prop_map(|(user, with, wrong)| Deed::Prove { user, with, wrong }),
        1 => (pick(), option::of(pick()), seldom())
            .prop_map(|(user, passkey, stale)| Deed::RemoveFactor { user, passkey, stale }),
        1 => (pick(), seldom()).prop_map(|(user, stale)| Deed::MakeRecoveryCodes { user, stale }),
        1 => (pick(), any::<bool>()).prop_map(|(user, by_operator)| Deed::ResetSecondFactors { user, by_operator }),
    ]
    .boxed()
}

/// Any way in which time passes.
pub fn jump() -> BoxedStrategy<Jump> {
    prop_oneof![
        2 => (1_u16..5_000).prop_map(Jump::Minutes),
        3 => pick().prop_map(Jump::To),
        1 => pick().prop_map(Jump::JustBefore),
    ]
    .boxed()
}

/// Anything that is done in an organization, mostly by somebody who may.
pub fn act(theme: Theme) -> BoxedStrategy<(By, Act)> {
    let invitations = prop_oneof![
        8 => (vec(guest(), 1..4), any::<bool>()).prop_map(|(guests, all_or_none)| Act::Invite { guests, all_or_none }),
        3 => (target(), any::<bool>()).prop_map(|(invitation, by_hand)| Act::Renew { invitation, by_hand }),
        2 => target().prop_map(|invitation| Act::Revoke { invitation }),
        2 => (vec(target(), 1..4), any::<bool>())
            .prop_map(|(invitations, revokes)| Act::ChangeInvitations { invitations, revokes }),
        12 => (pick(), link(), acceptance())
            .prop_map(|(invitation, link, acceptance)| Act::Accept { invitation, link, acceptance }),
        1 => (pick(), link()).prop_map(|(invitation, link)| Act::Decline { invitation, link }),
        2 => (pick(), link()).prop_map(|(invitation, link)| Act::Register { invitation, link }),
        1 => Just(Act::Settle),
    ]
    .boxed();
    let members = prop_oneof![
        4 => (target(), pick(), seldom()).prop_map(|(member, role, stale)| Act::ChangeRole { member, role, stale }),
        2 => (target(), seldom()).prop_map(|(member, stale)| Act::Remove { member, stale }),
        3 => (target(), pick(), seldom())
            .prop_map(|(member, what, stale)| Act::UpdateMember { member, what, stale }),
        2 => target().prop_map(|member| Act::Suspend { member }),
        2 => target().prop_map(|member| Act::Reactivate { member }),
        3 => (target(), option::weighted(0.8, when()))
            .prop_map(|(member, at)| Act::SetDeactivationDate { member, at }),
        4 => (vec(target(), 1..3), any::<bool>())
            .prop_map(|(members, all_or_none)| Act::AllocateSeats { members, all_or_none }),
        3 => (vec(target(), 1..4), pick(), pick())
            .prop_map(|(members, deed, role)| Act::ChangeMembers { members, deed, role }),
        2 => prop_oneof![3 => Just(true), 1 => Just(false)].prop_map(|waits| Act::SetWhenFull { waits }),
        3 => target().prop_map(|member| Act::ReleaseSeat { member }),
        1 => pick().prop_map(|name| Act::Rename { name }),
    ]
    .boxed();
    let keys = prop_oneof![
        4 => (pick(), option::weighted(0.5, 1_u16..=370)).prop_map(|(scopes, days)| Act::CreateKey { scopes, days }),
        1 => pick().prop_map(|key| Act::RevokeKey { key }),
    ]
    .boxed();
    let logins = prop_oneof![
        6 => (guest(), option::weighted(0.4, pick()), option::weighted(0.5, any::<bool>()))
            .prop_map(|(guest, login, link)| Act::AddMember { guest, login, link }),
        4 => (target(), any::<bool>()).prop_map(|(member, by_hand)| Act::IssueSetUpLink { member, by_hand }),
        8 => (pick(), seldom(), redeems())
            .prop_map(|(member, older, redeemer)| Act::RedeemSetUpLink { member, older, redeemer }),
        6 => (pick(), seldom(), seldom())
            .prop_map(|(member, older, is_right)| Act::TrySetUpCode { member, older, is_right }),
        4 => (target(), option::of(pick()), any::<bool>())
            .prop_map(|(member, username, password)| Act::SetLogin { member, username, password }),
        4 => target().prop_map(|member| Act::SignMemberOut { member }),
        6 => (option::of(vec(target(), 1..4)), option::of(invited()))
            .prop_map(|(members, invited)| Act::StartRound { members, invited }),
        8 => (pick(), seldom(), any::<bool>())
            .prop_map(|(round, stale, finishes)| Act::SendRoundChunk { round, stale, finishes }),
        8 => clearing().prop_map(Act::Clearing),
    ]
    .boxed();
    let records = prop_oneof![
        4 => (pick(), any::<bool>(), seldom())
            .prop_map(|(record, restricted, stale)| Act::PutRecord { record, restricted, stale }),
        4 => (pick(), target(), level(), seldom())
            .prop_map(|(record, member, level, stale)| Act::ShareRecord { record, member, level, stale }),
        3 => (pick(), pick(), level(), seldom())
            .prop_map(|(record, group, level, stale)| Act::ShareWithGroup { record, group, level, stale }),
        2 => (pick(), target()).prop_map(|(record, member)| Act::UnshareRecord { record, member }),
        1 => (pick(), seldom()).prop_map(|(record, stale)| Act::RemoveRecord { record, stale }),
        1 => Just(Act::TakeBackup),
        1 => (pick(), seldom()).prop_map(|(accent, stale)| Act::Customize { accent, stale }),
        2 => (pick(), pick(), seldom())
            .prop_map(|(template, text, stale)| Act::PutTemplate { template, text, stale }),
        1 => (pick(), seldom()).prop_map(|(template, stale)| Act::ResetTemplate { template, stale }),
    ]
    .boxed();
    let ownership = prop_oneof![
        6 => (target(), seldom()).prop_map(|(member, stale)| Act::TransferOwnership { member, stale }),
        1 => seldom().prop_map(|stale| Act::Delete { stale }),
        2 => (pick(), seldom()).prop_map(|(second_factor, stale)| Act::ChangePolicy { second_factor, stale }),
    ]
    .boxed();
    let operation = prop_oneof![
        1 => target().prop_map(|member| Act::ReassignOwnership { member }),
        3 => (seats(), option::weighted(0.3, when()), 0_u16..10, seldom()).prop_map(
            |(seats, expires_at, grace_days, stale)| Act::SetSubscription { seats, expires_at, grace_days, stale }
        ),
    ]
    .boxed();
    prop_oneof![
        theme.weight(12, Theme::Invitations) => (by(), invitations),
        theme.weight(10, Theme::Members) => (by(), members),
        3 => (by(), keys),
        theme.weight(7, Theme::Logins) => (mostly(By::Owner), logins),
        theme.weight(8, Theme::Attendance) => (mostly(By::Owner), attend().prop_map(Act::Attend)),
        theme.weight(4, Theme::Imports) => (mostly(By::Owner), importing().prop_map(Act::Importing)),
        theme.weight(6, Theme::Records) => (by(), records),
        3 => (mostly(By::Owner), ownership),
        3 => (mostly(By::Operator(None)), operation),
        1 => (pick().prop_map(By::Member), Just(Act::Leave)),
    ]
    .boxed()
}

/// This one, or now and then anybody.
fn mostly(one: By) -> BoxedStrategy<By> {
    prop_oneof![3 => Just(one), 1 => by()].boxed()
}

fn by() -> BoxedStrategy<By> {
    prop_oneof![
        8 => Just(By::Owner),
        8 => pick().prop_map(By::Member),
        2 => pick().prop_map(By::Anybody),
        3 => option::of(pick()).prop_map(By::Operator),
        4 => pick().prop_map(By::Key),
        1 => pick().prop_map(By::OperatorKey),
        1 => prop_oneof![Just(By::System), Just(By::Invitee)],
    ]
    .boxed()
}

pub(super) fn target() -> BoxedStrategy<Target> {
    prop_oneof![
        14 => pick().prop_map(Target::Own),
        2 => Just(Target::Owner),
        1 => Just(Target::Oneself),
        1 => pick().prop_map(Target::Foreign),
        1 => Just(Target::Unknown),
    ]
    .boxed()
}

fn level() -> BoxedStrategy<Level> {
    (0..Level::ALL.len()).prop_map(|index| Level::ALL.get(index).copied().unwrap_or(Level::View)).boxed()
}

/// Anybody to be invited.
pub fn guest() -> BoxedStrategy<Guest> {
    let dates = (option::weighted(0.15, when()), option::weighted(0.3, when()), option::weighted(0.3, place()));
    let terms = (option::weighted(0.2, 1_u8..=30), any::<bool>(), any::<bool>());
    (pick(), option::weighted(0.7, pick()), dates, terms)
        .prop_map(|(person, role, (opens_at, deactivates_at, leads_into), (valid_days, one, other))| Guest {
            person,
            role,
            opens_at,
            valid_days,
            deactivates_at,
            leads_into,
            by_hand: one && other,
        })
        .boxed()
}

fn invited() -> BoxedStrategy<Invited> {
    prop_oneof![Just(Invited::Never), Just(Invited::Bounced), (1_u32..4).prop_map(Invited::Round)].boxed()
}

fn redeems() -> BoxedStrategy<Redeems> {
    prop_oneof![
        4 => option::of(pick()).prop_map(Redeems::Newcomer),
        2 => Just(Redeems::SignedIn),
        1 => pick().prop_map(Redeems::Anybody),
    ]
    .boxed()
}

fn acceptance() -> BoxedStrategy<Acceptance> {
    prop_oneof![
        6 => Just(Acceptance::SignedIn),
        3 => Just(Acceptance::Typed),
        6 => option::weighted(0.3, pick()).prop_map(Acceptance::Newcomer),
        1 => pick().prop_map(Acceptance::TypedWrongly),
        1 => pick().prop_map(Acceptance::SomebodyElse),
        1 => Just(Acceptance::Unverified),
        1 => pick().prop_map(Acceptance::WrongNewcomer),
    ]
    .boxed()
}

fn link() -> BoxedStrategy<LinkChoice> {
    prop_oneof![
        12 => Just(LinkChoice::Present),
        1 => (1_u8..4).prop_map(LinkChoice::Older),
        1 => Just(LinkChoice::Astray),
    ]
    .boxed()
}

pub(super) fn when() -> BoxedStrategy<When> {
    prop_oneof![4 => (-2_i16..400).prop_map(When::InHours), 1 => pick().prop_map(When::At)].boxed()
}

/// True about once in seven times.
fn seldom() -> BoxedStrategy<bool> {
    prop_oneof![6 => Just(false), 1 => Just(true)].boxed()
}
