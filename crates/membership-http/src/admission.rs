//! Who may call an operation: anyone, whoever is signed in, whoever acts in an organization, or the operator.

use http::HeaderMap;
use membership_core::draft::Actor;
use membership_core::language::Language;
use membership_core::port::UsedKey;
use membership_core::refusal::Refusal;
use membership_core::secret::{KeyText, ShownKey};
use membership_core::service::{Caller, Failure, KeyCaller};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::identity::{CookieRules, bearer};
use crate::options::Api;

/// Who sends a request, as far as it shows.
pub(crate) enum Identity {
    Nobody,
    Person(Box<Caller>),
    OperatorToken,
    /// A program with a key that holds now.
    Key(KeyCaller),
    /// Something that begins like a key and is not whole.
    MistypedKey,
}

impl Identity {
    /// Why it is nobody who is signed in.
    fn is_no_person(&self) -> Refusal {
        match self {
            Self::Key(_) => Refusal::NotByKey,
            Self::MistypedKey => Refusal::MistypedKey,
            Self::Nobody | Self::Person(_) | Self::OperatorToken => Refusal::NotSignedIn,
        }
    }
}

impl Api {
    /// Who sends a request, asked anew on every request (I8).
    pub(crate) async fn identify(&self, headers: &HeaderMap) -> Result<Identity, Failure> {
        if self.is_operator_token(headers) {
            return Ok(Identity::OperatorToken);
        }
        match bearer(headers).map(KeyText::read) {
            Some(Ok(Some(shown))) => return self.identify_key(shown).await,
            Some(Err(_)) => return Ok(Identity::MistypedKey),
            Some(Ok(None)) | None => {}
        }
        let caller = self.cookies().caller(&self.accounts, headers).await?;
        Ok(caller.map_or(Identity::Nobody, |caller| Identity::Person(Box::new(caller))))
    }

    /// That a key is used is written down now and then, by a task of its own that no request waits for.
    async fn identify_key(&self, shown: ShownKey) -> Result<Identity, Failure> {
        let Some(caller) = self.memberships().authenticate_key(shown).await? else { return Ok(Identity::Nobody) };
        if caller.to_be_noted {
            let memberships = self.memberships().clone();
            tokio::spawn(async move {
                if let Err(error) = memberships.note_key_used(caller).await {
                    tracing::debug!(%error, "that a key is used is noted another time");
                }
            });
        }
        Ok(Identity::Key(caller))
    }

    pub(crate) fn cookies(&self) -> CookieRules {
        CookieRules::for_origin(&self.options.public_url)
    }

    /// Compares hashes, so that neither the time nor the length tells anything (A29).
    fn is_operator_token(&self, headers: &HeaderMap) -> bool {
        let (Some(expected), Some(shown)) = (&self.options.operator_token, bearer(headers)) else { return false };
        let expected = expected.expose_secret();
        let same = Sha256::digest(expected.as_bytes()).ct_eq(&Sha256::digest(shown.as_bytes()));
        !expected.is_empty() && bool::from(same)
    }
}

/// A condition on whoever sends a request.
pub(crate) trait Admission: Sized + Send {
    /// Lets the sender in, as what the operation needs to know of them.
    fn admit(identity: Identity) -> Result<Self, Refusal>;

    /// Names the sender for the receipts of repeated requests; `token` is what the request showed.
    fn sender(&self, token: Option<&str>) -> Vec<u8>;
}

/// Anyone, signed in or not.
pub(crate) struct Anyone(pub(crate) Option<Caller>);

impl Admission for Anyone {
    fn admit(identity: Identity) -> Result<Self, Refusal> {
        match identity {
            Identity::Person(caller) => Ok(Self(Some(*caller))),
            _ => Ok(Self(None)),
        }
    }

    /// The token as it was shown, whether or not it still holds: signing in and accepting end the sign-in they came
    /// with, and their repeat comes with the same token.
    fn sender(&self, token: Option<&str>) -> Vec<u8> {
        token.map(|token| Sha256::digest(token.as_bytes()).to_vec()).unwrap_or_default()
    }
}

/// A person who is signed in, even one who must choose a password before anything else.
pub(crate) struct Known(pub(crate) Caller);

impl Admission for Known {
    fn admit(identity: Identity) -> Result<Self, Refusal> {
        match identity {
            Identity::Person(caller) => Ok(Self(*caller)),
            other => Err(other.is_no_person()),
        }
    }

    fn sender(&self, _token: Option<&str>) -> Vec<u8> {
        named(Actor::User(self.0.user.id))
    }
}

/// A person who is signed in, and may do things.
pub(crate) struct SignedIn(pub(crate) Caller);

impl Admission for SignedIn {
    fn admit(identity: Identity) -> Result<Self, Refusal> {
        match identity {
            Identity::Person(caller) => {
                caller.user.may_go_on()?;
                Ok(Self(*caller))
            }
            other => Err(other.is_no_person()),
        }
    }

    fn sender(&self, _token: Option<&str>) -> Vec<u8> {
        named(Actor::User(self.0.user.id))
    }
}

/// Somebody who acts in an organization: a person as what they are there, a program with a key of that organization, or
/// the operator by token or key. A person who is an operator acts here as the member they are, and not with more.
pub(crate) struct Acting(pub(crate) Actor);

impl Admission for Acting {
    fn admit(identity: Identity) -> Result<Self, Refusal> {
        match identity {
            Identity::Person(caller) => {
                caller.user.may_go_on()?;
                Ok(Self(caller.actor()))
            }
            Identity::OperatorToken => Ok(Self(Actor::Operator(None))),
            Identity::Key(caller) => Ok(Self(caller.actor())),
            other => Err(other.is_no_person()),
        }
    }

    fn sender(&self, _token: Option<&str>) -> Vec<u8> {
        named(self.0)
    }
}

/// Somebody who acts in an organization, and reads what they are told.
pub(crate) struct Asking {
    pub(crate) actor: Actor,
    /// The person's own language.
    pub(crate) language: Language,
}

impl Admission for Asking {
    fn admit(identity: Identity) -> Result<Self, Refusal> {
        let language = match &identity {
            Identity::Person(caller) => caller.user.language,
            _ => Language::default(),
        };
        Acting::admit(identity).map(|Acting(actor)| Self { actor, language })
    }

    fn sender(&self, _token: Option<&str>) -> Vec<u8> {
        named(self.actor)
    }
}

/// Whoever runs the deployment, by token or as a person.
pub(crate) struct Operator(pub(crate) Actor);

impl Admission for Operator {
    fn admit(identity: Identity) -> Result<Self, Refusal> {
        match identity {
            Identity::OperatorToken => Ok(Self(Actor::Operator(None))),
            Identity::Person(caller) if caller.user.operator => {
                caller.user.may_go_on()?;
                Ok(Self(Actor::Operator(Some(caller.user.id))))
            }
            Identity::Key(KeyCaller { key: UsedKey::Operator(id), .. }) => Ok(Self(Actor::OperatorKey(id))),
            Identity::Person(_) | Identity::Key(_) => Err(Refusal::OperatorOnly),
            other => Err(other.is_no_person()),
        }
    }

    fn sender(&self, _token: Option<&str>) -> Vec<u8> {
        named(self.0)
    }
}

fn named(actor: Actor) -> Vec<u8> {
    match actor {
        // The same person, however well known: a repeat may come after the second factor.
        Actor::User(user) | Actor::TwoFactorUser(user) => [b"user".as_slice(), user.0.as_bytes()].concat(),
        Actor::Operator(Some(user)) => [b"operator".as_slice(), user.0.as_bytes()].concat(),
        Actor::Operator(None) => b"operator".to_vec(),
        Actor::Key(key) => [b"key".as_slice(), key.0.as_bytes()].concat(),
        Actor::OperatorKey(key) => [b"operator-key".as_slice(), key.0.as_bytes()].concat(),
        Actor::Invitee | Actor::System => Vec::new(),
    }
}
