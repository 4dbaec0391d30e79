//! What the story is told with: each act is a command like any other, at a time in the past.

use std::collections::BTreeMap;
use std::sync::Arc;

use membership_core::api_key::NewKey;
use membership_core::command::{CreateKey, Found, RevokeKey};
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::facts::Scope;
use membership_core::id::{ApiKeyId, MemberId, OrganizationId, UserId};
use membership_core::invitation::Channel;
use membership_core::name::{KeyName, OrganizationName, PersonName, Username};
use membership_core::person::Person;
use membership_core::policy::NameForm;
use membership_core::port::Attempt;
use membership_core::preset::Preset;
use membership_core::refusal::Refusal;
use membership_core::role::Permission;
use membership_core::secret::{KeyKind, KeyText};
use membership_core::service::{
    AcceptForm, Accounts, Failure, FirstOperator, Inspection, Memberships, NewOffer, Outcome, Request, SignUpForm,
};
use membership_core::view::InvitationView;
use secrecy::{ExposeSecret, SecretString};
use time::{Duration, OffsetDateTime};

use super::cast::{PEOPLE, Role};
use super::{PASSWORD, PastClock};
use crate::app::App;
use crate::stores::Stores;

/// The service, its clock, and who has come so far.
pub(super) struct Stage {
    app: App,
    stores: Stores,
    clock: Arc<PastClock>,
    persons: BTreeMap<&'static str, Person>,
    members: BTreeMap<(OrganizationId, &'static str), MemberId>,
}

impl Stage {
    pub(super) fn new(app: App, stores: Stores, clock: Arc<PastClock>) -> Self {
        Self { app, stores, clock, persons: BTreeMap::new(), members: BTreeMap::new() }
    }

    pub(super) fn memberships(&self) -> &Memberships {
        self.app.accounts.memberships()
    }

    pub(super) fn accounts(&self) -> &Accounts {
        &self.app.accounts
    }

    pub(super) async fn send_mail(&self) -> Result<(), Failure> {
        while self.app.courier.run_once().await? != membership_smtp::Round::default() {}
        Ok(())
    }

    /// It is that many hours ago. Time only goes forward: mail of the time before is sent first.
    pub(super) async fn hours_ago(&self, hours: i64) -> Result<(), Failure> {
        self.send_mail().await?;
        self.clock.set_behind(Duration::hours(hours));
        Ok(())
    }

    pub(super) async fn days_ago(&self, days: i64) -> Result<(), Failure> {
        self.hours_ago(days.saturating_mul(24)).await
    }

    /// The present day, from which the example looks ahead; the story itself is told from behind.
    pub(super) async fn today(&self) -> Result<OffsetDateTime, Failure> {
        let told = self.memberships().ports().store.read(&Scope::default()).await?.now;
        Ok(told.saturating_add(self.clock.behind()))
    }

    pub(super) async fn set_up(&mut self, key: &'static str, link: SecretString) -> Result<(), Failure> {
        let role = role_of(key)?;
        let form = SignUpForm {
            email: address(key)?,
            name: PersonName::parse(role.name)?,
            password: PASSWORD.into(),
            language: role.language,
        };
        let set_up = self.app.accounts.set_up(FirstOperator { link, form }, Request::default(), |_| None).await?;
        let Outcome::Done(signed_in) = set_up else { return Err(Refusal::KeyReused.into()) };
        self.persons.insert(key, Person::from(&signed_in.user));
        Ok(())
    }

    pub(super) fn user(&self, key: &'static str) -> Result<UserId, Refusal> {
        self.persons.get(key).map(|person| person.user).ok_or(Refusal::UnknownMember)
    }

    pub(super) fn member(&self, organization: OrganizationId, key: &'static str) -> Result<MemberId, Refusal> {
        self.members.get(&(organization, key)).copied().ok_or(Refusal::UnknownMember)
    }

    pub(super) async fn found(
        &mut self,
        (preset, name): (&str, &str),
        seat_limit: Option<u32>,
        owner: &'static str,
    ) -> Result<OrganizationId, Failure> {
        let founder = self.persons.get(owner).cloned().ok_or(Refusal::UnknownMember)?;
        let random = self.memberships().ports().random.clone();
        let command = Found {
            id: OrganizationId(random.id()),
            name: OrganizationName::parse(name)?,
            policy: Preset::named(preset)?.policy()?,
            language: role_of(owner)?.language,
            founder,
            member: MemberId(random.id()),
            seat_limit,
        };
        self.memberships().execute(&command).await?;
        self.members.insert((command.id, owner), command.member);
        Ok(command.id)
    }

    pub(super) async fn invite(
        &self,
        organization: OrganizationId,
        by: &'static str,
        (key, role): (&str, &str),
        change: impl FnOnce(&mut NewOffer) + Send,
    ) -> Result<InvitationView, Failure> {
        let mut offer = NewOffer::to(address(key)?).with_role(role.parse()?);
        change(&mut offer);
        self.memberships().invite(organization, self.user(by)?, offer).await
    }

    /// Invites somebody who accepts, with an account of their own from then on.
    pub(super) async fn join(
        &mut self,
        organization: OrganizationId,
        by: &'static str,
        (key, role): (&'static str, &str),
    ) -> Result<(), Failure> {
        let view = self.invite(organization, by, (key, role), |_| {}).await?;
        self.send_mail().await?;
        let link = self.memberships().invitation_link(organization, &view);
        let link = link.expose_secret();
        if let Some(person) = self.persons.get(key).cloned() {
            let accepted = self.memberships().accept(link, person).await?;
            self.members.insert((organization, key), accepted.member.id);
            return Ok(());
        }
        let form = form_of(&self.app.accounts.inspect(link).await?, role_of(key)?)?;
        let accepting = self.app.accounts.accept(link, form, None, Request::default(), |_| None);
        let Outcome::Done(account) = accepting.await? else { return Err(Refusal::KeyReused.into()) };
        let role = role_of(key)?;
        let (name, language) = (role.name.parse()?, Some(role.language));
        let person = Person { user: account.user, name, verified: vec![address(key)?], language };
        self.persons.insert(key, person);
        self.members.insert((organization, key), account.accepted.member.id);
        Ok(())
    }

    /// Invites an address whose mail server says no.
    pub(super) async fn invite_in_vain(
        &self,
        organization: OrganizationId,
        by: &'static str,
        invited: (&str, &str),
    ) -> Result<(), Failure> {
        self.send_mail().await?;
        self.invite(organization, by, invited, |_| {}).await?;
        self.bounces().await
    }

    /// The mail that is due comes back.
    pub(super) async fn bounces(&self) -> Result<(), Failure> {
        let reason = "550 5.1.1 The mailbox does not exist".to_owned();
        for message in self.stores.outbox.due(1).await? {
            self.stores.outbox.claim(message, Duration::minutes(1)).await?;
            self.stores.outbox.settle(message, &Attempt::Bounced { reason: reason.clone() }).await?;
        }
        Ok(())
    }

    /// Makes a key whose text nobody keeps.
    pub(super) async fn make_key(
        &self,
        organization: OrganizationId,
        by: &'static str,
        (name, scopes): (&str, [Permission; 2]),
    ) -> Result<ApiKeyId, Failure> {
        let random = self.memberships().ports().random.clone();
        let text = KeyText::new(KeyKind::Organization, organization.0, random.secret());
        let id = ApiKeyId(random.id());
        let (name, scopes) = (KeyName::parse(name)?, scopes.into());
        let key = NewKey { id, name, scopes, days: Some(NewKey::MOST_DAYS), token: text.hash() };
        let by = Actor::User(self.user(by)?);
        self.memberships().execute(&CreateKey { organization, by, key }).await?;
        Ok(id)
    }

    /// Revokes one.
    pub(super) async fn revoke_key(
        &self,
        organization: OrganizationId,
        by: &'static str,
        key: ApiKeyId,
    ) -> Result<(), Failure> {
        let by = Actor::User(self.user(by)?);
        self.memberships().execute(&RevokeKey { organization, by, key }).await
    }

    /// An offer that is handed over instead of mailed.
    pub(super) fn by_hand(offer: &mut NewOffer) {
        offer.channel = Channel::Hand;
    }
}

fn address(key: &str) -> Result<EmailAddress, Failure> {
    Ok(EmailAddress::parse(&format!("{key}@example.org"))?)
}

fn role_of(key: &str) -> Result<Role, Refusal> {
    PEOPLE.into_iter().find(|role| role.key == key).ok_or(Refusal::UnknownMember)
}

/// What the organization asks of a new person.
fn form_of(inspection: &Inspection, role: Role) -> Result<AcceptForm, Failure> {
    let asks = &inspection.asks;
    let (first, last) = role.name.rsplit_once(' ').unwrap_or((role.name, role.name));
    let names = asks.name == NameForm::FirstAndLast;
    Ok(AcceptForm {
        email: None,
        name: if names { None } else { Some(PersonName::parse(role.name)?) },
        first_name: if names { Some(PersonName::parse(first)?) } else { None },
        last_name: if names { Some(PersonName::parse(last)?) } else { None },
        username: if asks.username { Some(Username::parse(role.key)?) } else { None },
        password: Some(PASSWORD.into()),
        language: Some(role.language),
    })
}
