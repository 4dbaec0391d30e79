//! What people can do, one command a file: the facts it needs, the decision on them, and the table that tests it.

use crate::draft::{Actor, Decision};
use crate::facts::{Facts, Scope};
use crate::refusal::Refusal;

pub mod accept;
pub mod add_member;
pub mod appoint_first_operator;
pub mod change_password;
pub mod change_policy;
pub mod change_role;
pub mod clear_logins;
pub mod clear_logins_chunk;
pub mod complete_sign_up;
pub mod customize;
pub mod decline;
pub mod delete;
pub mod emails;
pub mod end_other_sign_ins;
pub mod end_sign_in;
pub mod enrol;
pub mod enter_by_passkey;
pub mod follow_issuer;
pub mod found;
pub mod found_for;
pub mod group;
pub mod import;
pub mod invite;
pub mod invite_owner;
pub mod keys;
pub mod leave;
pub mod link_identity;
pub mod mail_link;
pub mod operator_keys;
pub mod program;
pub mod prove;
pub mod put_record;
pub mod put_template;
pub mod reactivate;
pub mod reassign_ownership;
pub mod redeem_login_link;
pub mod redeem_reset;
pub mod redeem_set_up_link;
pub mod register;
pub mod register_by_identity;
pub mod remove;
pub mod remove_record;
pub mod rename;
pub mod renew;
pub mod replace_sign_in;
pub mod request_recovery;
pub mod reset_template;
pub mod restore;
pub mod revoke;
pub mod seat;
pub mod second_factors;
pub mod send_round_chunk;
pub mod session;
pub mod set_deactivation_date;
pub mod set_login;
pub mod set_subscription;
pub mod set_up_link;
pub mod set_when_full;
pub mod settle;
pub mod several;
pub mod share_record;
pub mod sign_in;
pub mod sign_member_out;
pub mod sign_up;
pub mod start_round;
pub mod suspend;
pub mod take_backup;
pub mod transfer_ownership;
pub mod try_set_up_code;
pub mod undo_clear;
pub mod undo_import;
pub mod update_member;
pub mod update_profile;
pub mod use_initial_password;
pub mod withdraw;

pub use accept::{Accept, Accepted, Acceptor};
pub use add_member::AddMember;
pub use appoint_first_operator::AppointFirstOperator;
pub use change_password::ChangePassword;
pub use change_policy::ChangePolicy;
pub use change_role::ChangeRole;
pub use clear_logins::ClearLogins;
pub use clear_logins_chunk::ClearLoginsChunk;
pub use complete_sign_up::CompleteSignUp;
pub use customize::{BrandingChange, Customize};
pub use decline::Decline;
pub use delete::Delete;
pub use emails::{AddEmail, MakePrimary, RemoveEmail, VerifyEmail};
pub use end_other_sign_ins::EndOtherSignIns;
pub use end_sign_in::EndSignIn;
pub use enrol::{Enrol, Enrolled, Place, Placing};
pub use enter_by_passkey::EnterByPasskey;
pub use follow_issuer::FollowIssuer;
pub use found::Found;
pub use found_for::FoundFor;
pub use group::{CreateGroup, DeleteGroup, RenameGroup};
pub use import::{BeginImport, CarryOut, ImportedRow};
pub use invite::{Invite, Offer};
pub use invite_owner::InviteOwner;
pub use keys::{CreateKey, RevokeKey};
pub use leave::Leave;
pub use link_identity::{LinkIdentity, UnlinkIdentity};
pub use mail_link::MailLink;
pub use operator_keys::{CreateOperatorKey, RevokeOperatorKey};
pub use program::{ChangeProgram, CreateProgram, DeleteProgram, ProgramTerms};
pub use prove::Prove;
pub use put_record::PutRecord;
pub use put_template::PutTemplate;
pub use reactivate::Reactivate;
pub use reassign_ownership::ReassignOwnership;
pub use redeem_login_link::RedeemLoginLink;
pub use redeem_reset::RedeemReset;
pub use redeem_set_up_link::{RedeemSetUpLink, Redeemer};
pub use register::Register;
pub use register_by_identity::RegisterByIdentity;
pub use remove::Remove;
pub use remove_record::RemoveRecord;
pub use rename::Rename;
pub use renew::Renew;
pub use replace_sign_in::ReplaceSignIn;
pub use request_recovery::RequestRecovery;
pub use reset_template::ResetTemplate;
pub use restore::{GENERATIONS_PASSED, Restore, Restored};
pub use revoke::Revoke;
pub use seat::{AllocateSeats, ReleaseSeat};
pub use second_factors::{
    AddPasskey, BeginTotp, ConfirmTotp, FactorAdded, Given, MakeRecoveryCodes, NewFactor, RemoveFactor,
    ResetSecondFactors,
};
pub use send_round_chunk::SendRoundChunk;
pub use session::{ChangeSession, CreateSession, DeleteSession, SessionTerms};
pub use set_deactivation_date::SetDeactivationDate;
pub use set_login::{LoginOf, SetLogin};
pub use set_subscription::SetSubscription;
pub use set_up_link::IssueSetUpLink;
pub use set_when_full::SetWhenFull;
pub use settle::Settle;
pub use several::{ChangeInvitations, ChangeMembers, Each, InvitationDeed, MOST_AT_ONCE, MemberDeed};
pub use share_record::{ShareRecord, Shared, UnshareRecord};
pub use sign_in::{BeginSignIn, Entered};
pub use sign_member_out::SignMemberOut;
pub use sign_up::RequestSignUp;
pub use start_round::StartRound;
pub use suspend::Suspend;
pub use take_backup::TakeBackup;
pub use transfer_ownership::TransferOwnership;
pub use try_set_up_code::TrySetUpCode;
pub use undo_clear::{GiveLoginsBack, UndoClear};
pub use undo_import::{MadeBy, TakeBack, UndoImport};
pub use update_member::{MemberChange, UpdateMember};
pub use update_profile::UpdateProfile;
pub use use_initial_password::UseInitialPassword;
pub use withdraw::{Withdraw, Withdrawn};

/// Something somebody wants, as a value: who acts, what they want, and the ids it will need. Deciding is pure: no I/O,
/// no clock, no randomness; the same facts give the same decision.
pub trait Command: Send + Sync {
    /// The answer to a command that is not refused.
    type Reply: Send;

    /// Which facts it needs. Facts beyond these never change what is decided.
    fn scope(&self) -> Scope;

    /// Decides.
    ///
    /// # Errors
    /// The rule that says no; then nothing changes.
    fn decide(&self, facts: &Facts) -> Result<Decision<Self::Reply>, Refusal>;
}

/// The scope of a command by which somebody acts in an organization: their membership, the key with the membership it
/// acts for, or the operator's account, whose name the audit log tells.
fn acting(organization: crate::id::OrganizationId, by: Actor) -> Scope {
    let mut scope = Scope::of(organization);
    scope.include(by);
    scope
}

/// Refuses if the row has changed since the caller read it (`If-Match`).
fn unchanged(expected: Option<u64>, version: u64) -> Result<(), Refusal> {
    match expected {
        Some(expected) if expected != version => Err(Refusal::ChangedMeanwhile),
        _ => Ok(()),
    }
}
