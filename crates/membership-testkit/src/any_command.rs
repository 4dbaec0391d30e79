//! Every command there is as one type, so that a walk can take any of them.

use membership_core::audit::Account;
use membership_core::command::{
    Accept, AddEmail, AddMember, AddPasskey, AllocateSeats, AppointFirstOperator, BeginImport, BeginSignIn, BeginTotp,
    CarryOut, ChangeInvitations, ChangeMembers, ChangePassword, ChangePolicy, ChangeProgram, ChangeRole, ChangeSession,
    ClearLogins, ClearLoginsChunk, Command, CompleteSignUp, ConfirmTotp, CreateGroup, CreateKey, CreateOperatorKey,
    CreateProgram, CreateSession, Customize, Decline, Delete, DeleteGroup, DeleteProgram, DeleteSession,
    EndOtherSignIns, EndSignIn, Enrol, EnterByPasskey, FollowIssuer, Found, FoundFor, GiveLoginsBack, Invite,
    InviteOwner, IssueSetUpLink, Leave, LinkIdentity, MailLink, MakePrimary, MakeRecoveryCodes, Prove, PutRecord,
    PutTemplate, Reactivate, ReassignOwnership, RedeemLoginLink, RedeemReset, RedeemSetUpLink, Register,
    RegisterByIdentity, ReleaseSeat, Remove, RemoveEmail, RemoveFactor, RemoveRecord, Rename, RenameGroup, Renew,
    ReplaceSignIn, RequestRecovery, RequestSignUp, ResetSecondFactors, ResetTemplate, Revoke, RevokeKey,
    RevokeOperatorKey, SendRoundChunk, SetDeactivationDate, SetLogin, SetSubscription, SetWhenFull, Settle,
    ShareRecord, SignMemberOut, StartRound, Suspend, TakeBack, TakeBackup, TransferOwnership, TrySetUpCode, UndoClear,
    UndoImport, UnlinkIdentity, UnshareRecord, UpdateMember, UpdateProfile, UseInitialPassword, VerifyEmail, Withdraw,
};
use membership_core::draft::Decision;
use membership_core::event::Event;
use membership_core::facts::{Facts, Scope};
use membership_core::message::Message;
use membership_core::refusal::Refusal;
use membership_core::second_factor::{FRESH_FOR, Proof};
use membership_core::subscription::ANNOUNCED_DAYS_BEFORE;
use time::{Duration, OffsetDateTime};

macro_rules! commands {
    ($($command:ident)+) => {
        /// Any command of the core. A new command that is missing here is found by `every_command_is_walked`.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each variant is the command it is named after")]
        pub enum AnyCommand {
            $($command($command),)+
        }

        impl AnyCommand {
            /// The names of all commands.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($command),)+];

            /// The command's name.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$command(_) => stringify!($command),)+ }
            }
        }

        $(
            impl From<$command> for AnyCommand {
                fn from(command: $command) -> Self {
                    Self::$command(command)
                }
            }
        )+

        impl Command for AnyCommand {
            /// The answer as text, to be compared.
            type Reply = String;

            fn scope(&self) -> Scope {
                match self { $(Self::$command(command) => command.scope(),)+ }
            }

            fn decide(&self, facts: &Facts) -> Result<Decision<String>, Refusal> {
                match self { $(Self::$command(command) => Ok(worded(command.decide(facts)?)),)+ }
            }
        }
    };
}

commands! {
    Found FoundFor InviteOwner Rename Delete TransferOwnership ReassignOwnership SetSubscription SetWhenFull
    Invite Renew Revoke Accept Decline Settle
    ChangeRole UpdateMember Remove Leave Suspend Reactivate SetDeactivationDate ReleaseSeat AllocateSeats ChangeMembers ChangeInvitations AddMember IssueSetUpLink RedeemSetUpLink TrySetUpCode SetLogin SignMemberOut UseInitialPassword CreateGroup RenameGroup DeleteGroup CreateProgram ChangeProgram DeleteProgram CreateSession ChangeSession DeleteSession Enrol Withdraw BeginImport CarryOut UndoImport TakeBack StartRound SendRoundChunk ClearLogins ClearLoginsChunk UndoClear GiveLoginsBack
    RequestSignUp CompleteSignUp AppointFirstOperator BeginSignIn EndSignIn ReplaceSignIn EnterByPasskey UpdateProfile
    Register RequestRecovery MailLink RedeemLoginLink RedeemReset ChangePassword EndOtherSignIns
    AddEmail VerifyEmail MakePrimary RemoveEmail
    RegisterByIdentity LinkIdentity UnlinkIdentity FollowIssuer
    CreateKey RevokeKey CreateOperatorKey RevokeOperatorKey PutRecord RemoveRecord ShareRecord UnshareRecord Customize TakeBackup ChangePolicy BeginTotp ConfirmTotp AddPasskey Prove RemoveFactor MakeRecoveryCodes ResetSecondFactors PutTemplate ResetTemplate
}

impl AnyCommand {
    /// Whether it shows a code that an app shows for half a minute.
    pub fn shows_a_code(&self) -> bool {
        let is_code = matches!(self, Self::Prove(Prove { proof: Proof::Totp { .. }, .. }));
        is_code || matches!(self, Self::ConfirmTotp(_))
    }

    /// The dates the command itself names.
    pub fn dates(&self) -> Vec<OffsetDateTime> {
        match self {
            Self::Invite(Invite { offers, .. }) | Self::Enrol(Enrol { offers, .. }) => {
                offers.iter().flat_map(|offer| [offer.opens_at, offer.deactivates_at]).flatten().collect()
            }
            Self::CreateSession(CreateSession { terms, .. }) | Self::ChangeSession(ChangeSession { terms, .. }) => {
                vec![terms.starts_at, terms.ends_at]
            }
            Self::AddMember(command) => command.deactivates_at.into_iter().collect(),
            Self::CarryOut(command) => command.rows.iter().filter_map(|row| row.entry.deactivates_at).collect(),
            Self::SetDeactivationDate(command) => command.at.into_iter().collect(),
            Self::BeginTotp(command) => vec![command.proven.at + FRESH_FOR],
            Self::RemoveFactor(command) => vec![command.proven.at + FRESH_FOR],
            Self::MakeRecoveryCodes(command) => vec![command.proven.at + FRESH_FOR],
            Self::ChangePassword(command) => vec![command.proven.at + FRESH_FOR],
            Self::LinkIdentity(command) => vec![command.proven.at + FRESH_FOR],
            // The terms' own announcements are dates, too: the next one is written down.
            Self::SetSubscription(SetSubscription { terms, .. }) | Self::FoundFor(FoundFor { terms, .. }) => {
                announcements(terms.expires_at, terms.grace_days)
            }
            _ => Vec::new(),
        }
    }
}

/// Every instant at which something about a subscription with this end changes.
pub(crate) fn announcements(expires_at: Option<OffsetDateTime>, grace_days: u16) -> Vec<OffsetDateTime> {
    let Some(end) = expires_at else { return Vec::new() };
    let before = ANNOUNCED_DAYS_BEFORE.map(|days| end - Duration::days(days));
    before.into_iter().chain([end, end + Duration::days(grace_days.into())]).collect()
}

fn worded<R: std::fmt::Debug>(decision: Decision<R>) -> Decision<String> {
    Decision {
        events: decision.events,
        messages: decision.messages,
        charges: decision.charges,
        after: decision.after,
        accounts: decision.accounts,
        actor: decision.actor,
        reply: format!("{:?}", decision.reply),
    }
}

/// What a decision comes to, without the facts it was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist {
    /// The answer.
    pub reply: String,
    /// What has happened.
    pub events: Vec<Event>,
    /// The mail it causes.
    pub messages: Vec<Message>,
    /// What the audit log will say.
    pub accounts: Vec<Account>,
    /// Who did it, if the audit log will say anything.
    pub actor: Option<membership_core::audit::AuditActor>,
}

impl From<Decision<String>> for Gist {
    fn from(decision: Decision<String>) -> Self {
        let actor = (!decision.accounts.is_empty()).then_some(decision.actor);
        let Decision { reply, events, messages, accounts, .. } = decision;
        Self { reply, events, messages, accounts, actor }
    }
}
