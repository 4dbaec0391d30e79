//! Steps of people who recover, and who keep their own account.

use membership_core::command::{
    AddEmail, ChangePassword, EndOtherSignIns, MailLink, MakePrimary, RedeemLoginLink, RedeemReset, RemoveEmail,
    RequestRecovery, VerifyEmail,
};
use membership_core::id::UserLinkId;
use membership_core::message::Recovery;
use membership_core::secret::{Link, LinkKind};
use membership_core::user::{Login, PasswordHash, User};
use membership_core::user_link::{NewLink, UserLink};
use time::Duration;

use super::Eye;
use crate::any_command::AnyCommand;
use crate::strategy::people::address_of;
use crate::strategy::step::{Deed, Pick};

impl Eye<'_> {
    pub(super) fn new_link(&self, kind: LinkKind) -> NewLink {
        NewLink { id: UserLinkId(self.random.id()), kind, lasts: Duration::hours(1) }
    }

    /// What somebody does to come back or to keep their account; nothing for other deeds.
    pub(super) fn recovery(&self, deed: Deed) -> Option<AnyCommand> {
        Some(match deed {
            Deed::ChangePassword { user, stale } => {
                let sign_in = user.of(self.dump.sign_ins.values())?;
                let known = self.dump.users.get(&sign_in.user)?.password.clone();
                let known = if stale { Some(PasswordHash::new("plain$older".to_owned())) } else { known };
                let (user, keeps, proven) = (sign_in.user, sign_in.id, sign_in.proven());
                ChangePassword { user, keeps, proven, known, password: self.password() }.into()
            }
            Deed::SignOutElsewhere { sign_in } => {
                let (user, keeps) = *sign_in.of(self.dump.sign_ins.keys())?;
                EndOtherSignIns { user, keeps }.into()
            }
            Deed::AskToRecover { person } => {
                let login = Login::Email(address_of(person));
                RequestRecovery { id: self.random.id(), login, means: Recovery::PasswordReset, client: None }.into()
            }
            Deed::MailLink { user, reset } => {
                let user = user.of(self.dump.users.values())?;
                let kind = if reset { LinkKind::PasswordReset } else { LinkKind::OneTimeLogin };
                let address = user.emails.first()?.address.clone();
                MailLink { user: user.id, address, link: self.new_link(kind) }.into()
            }
            Deed::RedeemLink { link, older } => {
                let row = link.of(self.dump.links.values().filter(|it| it.recovers()))?;
                self.redeem(row, older)
            }
            _ => return self.addresses(deed),
        })
    }

    fn redeem(&self, row: &UserLink, older: bool) -> AnyCommand {
        let generation = row.generation.saturating_sub(u32::from(older));
        let link = Link::to_user(row.kind, row.user, row.id, generation);
        let (address, sign_in) = (row.address.clone(), self.sign_in(row.user));
        match row.kind {
            LinkKind::PasswordReset => RedeemReset { link, address, password: self.password(), sign_in }.into(),
            _ => RedeemLoginLink { link, address, sign_in, ends: None }.into(),
        }
    }

    fn addresses(&self, deed: Deed) -> Option<AnyCommand> {
        Some(match deed {
            Deed::AddAddress { user, person } => {
                let (user, address) = (user.of(self.dump.users.keys())?, address_of(person));
                AddEmail { user: *user, address, link: self.new_link(LinkKind::Verification) }.into()
            }
            Deed::VerifyAddress { link } => {
                let row = link.of(self.dump.links.values().filter(|it| it.kind == LinkKind::Verification))?;
                let link = Link::to_user(row.kind, row.user, row.id, row.generation);
                VerifyEmail { user: row.user, link, address: row.address.clone() }.into()
            }
            Deed::MakePrimary { user, address } => {
                let user = user.of(self.dump.users.values())?;
                MakePrimary { user: user.id, address: one_of(user, address)? }.into()
            }
            Deed::RemoveAddress { user, address } => {
                let user = user.of(self.dump.users.values())?;
                RemoveEmail { user: user.id, address: one_of(user, address)? }.into()
            }
            _ => return self.identities(deed),
        })
    }

    pub(super) fn password(&self) -> PasswordHash {
        PasswordHash::new(format!("plain${}", self.random.id()))
    }
}

fn one_of(user: &User, address: Pick) -> Option<membership_core::email::EmailAddress> {
    address.of(&user.emails).map(|it| it.address.clone())
}
