//! Change what an organization keeps of a member. What a person owns, an administrator fills while it is empty; once it
//! is set and the person has a login, only the person changes it (S2.8, S2.9): the address to another verified one of
//! theirs.

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::language::Language;
use crate::member::Member;
use crate::name::PersonName;
use crate::profile::{AdditionalInformation, Labels, MemberNumber};
use crate::refusal::Refusal;
use crate::view::{MemberView, member_view};

/// Change what an organization keeps of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateMember {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Of whom.
    pub member: MemberId,
    /// What changes.
    pub change: MemberChange,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

/// What changes of a member; `None` leaves a field as it is, `Some(None)` empties it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemberChange {
    /// What the person is called. If it is not given, first and last name make it while the person has no login.
    pub name: Option<PersonName>,
    /// The first name.
    pub first_name: Option<Option<PersonName>>,
    /// The last name.
    pub last_name: Option<Option<PersonName>>,
    /// Where the person is reached. Whoever has a login chooses among the addresses that they have verified.
    pub email: Option<Option<EmailAddress>>,
    /// The language to write in.
    pub language: Option<Option<Language>>,
    /// The labels.
    pub labels: Option<Labels>,
    /// The number in the organization's books.
    pub number: Option<Option<MemberNumber>>,
    /// What is noted of the member.
    pub additional_information: Option<Option<AdditionalInformation>>,
}

impl MemberChange {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is only about what a person owns: names, address and language.
    fn is_of_the_person(&self) -> bool {
        let persons = Self {
            name: self.name.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            language: self.language,
            ..Self::default()
        };
        persons == *self
    }

    /// The member with the change in it.
    fn on(&self, member: &Member) -> Result<Member, Refusal> {
        let mut it = member.clone();
        set(&mut it.profile.names.first, self.first_name.as_ref());
        set(&mut it.profile.names.last, self.last_name.as_ref());
        set(&mut it.email, self.email.as_ref());
        set(&mut it.profile.language, self.language.as_ref());
        set(&mut it.profile.number, self.number.as_ref());
        set(&mut it.profile.additional_information, self.additional_information.as_ref());
        if let Some(labels) = &self.labels {
            it.profile.labels = labels.clone();
        }
        let follows = it.user.is_none() && it.profile.names != member.profile.names;
        let whole = if follows { it.profile.names.whole()? } else { None };
        if let Some(name) = self.name.clone().or(whole) {
            it.name = name;
        }
        Ok(it)
    }
}

fn set<T: Clone>(field: &mut Option<T>, change: Option<&Option<T>>) {
    if let Some(change) = change {
        field.clone_from(change);
    }
}

impl Command for UpdateMember {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        let address: Vec<_> = self.change.email.iter().flatten().cloned().collect();
        let mut scope = acting(self.organization, self.by);
        if !address.is_empty() {
            // Which addresses the person has verified stands with the account.
            scope.users.extend(self.by.person());
        }
        Scope {
            members: vec![self.member],
            members_at: address.clone(),
            invited_at: address,
            members_numbered: self.change.number.iter().flatten().cloned().collect(),
            ..scope
        }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        let mut draft = Draft::new(facts, self.by);
        self.carry_out(&mut draft)?;
        let view = member_view(draft.facts(), self.by, self.member)?;
        Ok(draft.reply(view))
    }
}

impl UpdateMember {
    /// Changes the member, as part of a decision.
    ///
    /// # Errors
    /// The rule that says no; then nothing was changed.
    pub(super) fn carry_out(&self, draft: &mut Draft) -> Result<(), Refusal> {
        let facts = draft.facts();
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        // A key acts for a person and is not that person (A32).
        let is_own = authority.scopes.is_none() && authority.standing.member().is_some_and(|own| own.id == member.id);
        if is_own && self.change.is_of_the_person() {
            authority.awaits_second_factor().map_or(Ok(()), Err)?;
        } else {
            authority.may(Action::EditProfile { member })?;
        }
        unchanged(self.expected, member.version)?;
        let changed = self.change.on(member)?;
        if !is_own {
            leaves_what_is_the_persons(member, &changed)?;
        }
        if let Some(number) = changed.profile.number.as_ref().filter(|_| self.change.number.is_some()) {
            number_is_free(facts, member.id, number)?;
        }
        if member.email != changed.email {
            address_may_change(facts, is_own, member, &changed)?;
        }
        if *member != changed {
            let Member { name, email, profile, .. } = changed;
            draft.record(Event::MemberProfileChanged { member: self.member, name, email, profile });
        }
        Ok(())
    }
}

/// What a person who has a login has set is left as it is.
fn leaves_what_is_the_persons(member: &Member, changed: &Member) -> Result<(), Refusal> {
    if member.user.is_none() {
        return Ok(());
    }
    let names = |it: &Member| [it.profile.names.first.clone(), it.profile.names.last.clone()];
    let [first, last] = names(member);
    let [new_first, new_last] = names(changed);
    let fields = [
        ("name", member.name != changed.name),
        ("first_name", first.is_some() && first != new_first),
        ("last_name", last.is_some() && last != new_last),
        ("language", member.profile.language.is_some() && member.profile.language != changed.profile.language),
    ];
    match fields.into_iter().find(|(_, takes)| *takes) {
        Some((field, _)) => Err(Refusal::OwnedByThePerson { field }),
        None => Ok(()),
    }
}

/// Whether a number is nobody else's.
///
/// # Errors
/// [`Refusal::NumberTaken`].
pub(super) fn number_is_free(facts: &Facts, member: MemberId, number: &MemberNumber) -> Result<(), Refusal> {
    match facts.member_numbered(number) {
        Some(other) if other.id != member => Err(Refusal::NumberTaken),
        _ => Ok(()),
    }
}

fn address_may_change(facts: &Facts, is_own: bool, member: &Member, changed: &Member) -> Result<(), Refusal> {
    if let Some(user) = member.user {
        if !is_own {
            return Err(Refusal::OwnedByThePerson { field: "email" });
        }
        let is_verified = |email: &EmailAddress| facts.user(user).is_some_and(|user| user.has_verified(email));
        if !changed.email.as_ref().is_some_and(is_verified) {
            return Err(Refusal::EmailUnverified);
        }
    }
    match &changed.email {
        Some(email) if facts.member_at(email).is_some() => Err(Refusal::AlreadyMember),
        Some(email) if facts.outstanding_at(email).is_some() => Err(Refusal::AlreadyInvited),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::api_key::NewKey;
    use crate::command::CreateKey;
    use crate::fixture::{
        ORGANIZATION, OWNER, account_of, after, by, email, founded, member, outcome, user, with, without_login,
    };
    use crate::id::ApiKeyId;
    use crate::name::KeyName;
    use crate::policy::SecondFactorPolicy;
    use crate::role::Permission;
    use crate::secret::TokenHash;
    use crate::set_up::{Reach, SetUpLink};
    use crate::user::UserEmail;

    fn name(text: &str) -> PersonName {
        PersonName::parse(text).unwrap()
    }

    fn update(who: u128, whom: u128, change: MemberChange) -> UpdateMember {
        UpdateMember { organization: ORGANIZATION, by: by(who), member: member(whom), change, expected: None }
    }

    fn numbered(number: &str) -> MemberChange {
        MemberChange { number: Some(Some(MemberNumber::parse(number).unwrap())), ..MemberChange::default() }
    }

    fn first(text: &str) -> MemberChange {
        MemberChange { first_name: Some(Some(name(text))), ..MemberChange::default() }
    }

    #[test]
    fn s2_8_an_administrator_fills_what_is_empty_and_only_the_person_changes_it() {
        let facts = with(with(founded("learning_platform"), 2, "administrator"), 3, "trainee");
        let filled = after(update(2, 3, first("Ada")).decide(&facts));
        let it = filled.member(member(3)).unwrap();
        assert_eq!(
            (it.name.as_str(), it.profile.names.first.as_ref().map(PersonName::as_str)),
            ("Person 3", Some("Ada"))
        );
        assert_eq!(outcome(&update(2, 3, first("Ida")), &filled), "owned-by-the-person");
        assert_eq!(outcome(&update(OWNER, 3, first("Ida")), &filled), "owned-by-the-person");
        assert_eq!(outcome(&update(2, 3, first("Ada")), &filled), "ok", "nothing changes");
        assert_eq!(outcome(&update(3, 3, first("Ida")), &filled), "ok", "it is the person's own");
        let renamed = MemberChange { name: Some(name("Ida")), ..MemberChange::default() };
        assert_eq!(outcome(&update(2, 3, renamed), &facts), "owned-by-the-person");
        let language = |it| MemberChange { language: Some(Some(it)), ..MemberChange::default() };
        let french = after(update(2, 3, language(Language::French)).decide(&facts));
        assert_eq!(outcome(&update(2, 3, language(Language::English)), &french), "owned-by-the-person");
        let moved = MemberChange { email: Some(Some(email("x@example.org"))), ..MemberChange::default() };
        assert_eq!(outcome(&update(2, 3, moved), &facts), "owned-by-the-person");
    }

    #[test]
    fn whoever_has_a_login_chooses_among_the_addresses_they_have_verified() {
        let mut facts = with(with(founded("learning_platform"), 2, "administrator"), 3, "trainee");
        let mut account = account_of(3, Some("old")).users.remove(0);
        for (address, verified_at) in
            [("new@example.org", Some(facts.now)), ("p2@example.org", Some(facts.now)), ("unproven@example.org", None)]
        {
            account.emails.push(UserEmail { address: email(address), verified_at });
        }
        facts.users.push(account);
        let to = |address: Option<&str>| MemberChange { email: Some(address.map(email)), ..MemberChange::default() };
        for (who, address, answer) in [
            (3, Some("new@example.org"), "ok"),
            (3, Some("unproven@example.org"), "email-unverified"),
            (3, Some("strange@example.org"), "email-unverified"),
            (3, None, "email-unverified"),
            (3, Some("p2@example.org"), "already-member"),
            (2, Some("new@example.org"), "owned-by-the-person"),
            (OWNER, None, "owned-by-the-person"),
        ] {
            assert_eq!(outcome(&update(who, 3, to(address)), &facts), answer, "{who} {address:?}");
        }
        let moved = after(update(3, 3, to(Some("new@example.org"))).decide(&facts));
        assert_eq!(moved.member(member(3)).unwrap().email, Some(email("new@example.org")));
    }

    #[test]
    fn who_keeps_the_books() {
        let facts = with(with(with(founded("learning_platform"), 2, "administrator"), 3, "trainee"), 4, "trainee");
        for (who, whom, answer) in [
            (OWNER, 2, "ok"),
            (OWNER, OWNER, "ok"),
            (2, 3, "ok"),
            (2, 2, "ok"),
            (2, OWNER, "owner-is-fixed"),
            (3, 4, "permission-missing"),
            (3, 3, "permission-missing"),
            (9, 3, "unknown-organization"),
        ] {
            assert_eq!(outcome(&update(who, whom, numbered("7")), &facts), answer, "{who} {whom}");
        }
    }

    #[test]
    fn a32_a_key_is_not_the_person_who_made_it() {
        for (scopes, answer) in [
            (vec![Permission::VIEW_MEMBERS], "permission-missing"),
            (vec![Permission::VIEW_MEMBERS, Permission::MANAGE_MEMBERS], "ok"),
        ] {
            let id = ApiKeyId(Uuid::from_u128(0x5_0001));
            let name = KeyName::parse("Nightly import").unwrap();
            let key = NewKey { id, name, scopes: scopes.into_iter().collect(), days: None, token: TokenHash([9; 32]) };
            let create = CreateKey { organization: ORGANIZATION, by: by(OWNER), key };
            let facts = after(create.decide(&founded("team")));
            let by_key = |change| UpdateMember { by: Actor::Key(id), ..update(OWNER, OWNER, change) };
            assert_eq!(outcome(&by_key(first("Ada")), &facts), answer);
            let filled = after(update(OWNER, OWNER, first("Ida")).decide(&facts));
            let taken = if answer == "ok" { "owned-by-the-person" } else { answer };
            assert_eq!(outcome(&by_key(first("Ada")), &filled), taken, "what the person has set is theirs");
        }
    }

    #[test]
    fn whoever_is_asked_for_a_second_factor_changes_nothing_of_their_own_without_it() {
        let mut facts = with(founded("team"), 3, "member");
        facts.head.as_mut().unwrap().organization.policy.second_factor = SecondFactorPolicy::Everyone;
        assert_eq!(outcome(&update(3, 3, first("Ida")), &facts), "second-factor-required");
        let known = UpdateMember { by: Actor::TwoFactorUser(user(3)), ..update(3, 3, first("Ida")) };
        assert_eq!(outcome(&known, &facts), "ok");
    }

    #[test]
    fn a_number_is_one_members_only() {
        let facts = with(with(founded("member_portal"), 3, "member"), 4, "member");
        let facts = after(update(OWNER, 3, numbered("7")).decide(&facts));
        assert_eq!(outcome(&update(OWNER, 4, numbered("7")), &facts), "number-taken");
        assert_eq!(outcome(&update(OWNER, 3, numbered("7")), &facts), "ok");
        assert_eq!(outcome(&update(OWNER, 4, numbered("8")), &facts), "ok");
    }

    #[test]
    fn without_a_login_names_and_address_are_the_organizations_and_a_new_address_kills_the_link() {
        let mut facts = without_login(with(founded("member_portal"), 3, "member"), 5, "member");
        let link = SetUpLink::after(None, Reach::Mail, facts.now);
        facts.apply(&Event::SetUpLinkIssued { member: member(5), link, round: None });
        let change = MemberChange {
            first_name: Some(Some(name("Ada"))),
            last_name: Some(Some(name("Lovelace"))),
            email: Some(Some(email("ada@example.org"))),
            ..MemberChange::default()
        };
        let after = after(update(OWNER, 5, change).decide(&facts));
        let it = after.member(member(5)).unwrap();
        assert_eq!((it.name.as_str(), it.email.as_ref().unwrap().as_str()), ("Ada Lovelace", "ada@example.org"));
        assert_eq!(it.set_up.unwrap().expires_at, facts.now);
        let taken = MemberChange { email: Some(Some(email("p3@example.org"))), ..MemberChange::default() };
        assert_eq!(outcome(&update(OWNER, 5, taken), &facts), "already-member");
    }
}
