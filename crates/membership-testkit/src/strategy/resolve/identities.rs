//! Steps of people who are known elsewhere.

use membership_core::command::{FollowIssuer, LinkIdentity, RegisterByIdentity, UnlinkIdentity};
use membership_core::identity::Identity;
use membership_core::user::User;

use super::Eye;
use crate::any_command::AnyCommand;
use crate::fixture;
use crate::strategy::people::address_of;
use crate::strategy::step::{Deed, Pick};

/// How many subjects there are of one issuer; few enough that two want the same one.
const SUBJECTS: u16 = 5;

impl Eye<'_> {
    /// What somebody does with an identity of theirs; nothing for other deeds.
    pub(super) fn identities(&self, deed: Deed) -> Option<AnyCommand> {
        Some(match deed {
            Deed::RegisterByIdentity { person, subject, nameless } => {
                let (address, identity) = (address_of(person), identity(subject));
                let user = User { id: identity.subject.user_id(), ..self.newcomer(&address, None) };
                let sign_in = (!nameless).then(|| self.sign_in(user.id));
                let address = (!nameless).then_some(address);
                RegisterByIdentity { user, identity, address, sign_in, ends: None }.into()
            }
            Deed::LinkIdentity { user, subject } => {
                let user = *user.of(self.dump.users.keys())?;
                LinkIdentity { user, proven: self.proven(false), identity: identity(subject) }.into()
            }
            Deed::UnlinkIdentity { user, subject } => {
                let with_others = self.linked().filter(|it| it.password.is_some() || 1 < it.identities.len());
                let user = user.mostly_of(with_others, self.dump.users.values())?;
                let keeps = self.dump.sign_ins.keys().find(|(of, _)| *of == user.id).map(|(_, id)| *id);
                let identity = subject.of(&user.identities).map_or_else(|| identity(subject).id(), Identity::id);
                UnlinkIdentity { user: user.id, identity, keeps }.into()
            }
            Deed::FollowIssuer { user, subject, person } => {
                let user = user.mostly_of(self.linked(), self.dump.users.values())?;
                let known = subject.of(&user.identities).map(|it| it.subject.clone());
                let name = fixture::name(&format!("Called {}", person.0 % 3));
                FollowIssuer {
                    user: user.id,
                    subject: known.unwrap_or_else(|| identity(subject).subject),
                    name: (person.0.is_multiple_of(2)).then_some(name),
                    address: Some(address_of(person)),
                }
                .into()
            }
            _ => return self.second_factor(deed),
        })
    }

    fn linked(&self) -> impl Iterator<Item = &User> {
        self.dump.users.values().filter(|it| !it.identities.is_empty())
    }
}

fn identity(pick: Pick) -> Identity {
    fixture::identity(u32::from(pick.0 % SUBJECTS))
}
