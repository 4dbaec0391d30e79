//! Put a person on the roster, with an initial password or a personal link if wanted (S2.6, S4.1). Nobody's account is
//! asked for or touched, and the answer is the same whether or not the address has one (A09, A62).

use time::OffsetDateTime;

use crate::authority::{Action, Authority, seat_is_free};
use crate::command::set_deactivation_date::tell_of_deactivation;
use crate::command::set_login::prepare;
use crate::command::set_up_link::{charge_link, issue_link};
use crate::command::update_member::number_is_free;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::member::{Member, MemberStatus};
use crate::name::PersonName;
use crate::organization::OrganizationState;
use crate::profile::MemberProfile;
use crate::refusal::Refusal;
use crate::role::RoleKey;
use crate::set_up::Reach;
use crate::user::User;
use crate::view::{MemberView, member_view};

/// Put a person on the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddMember {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// The membership's id.
    pub id: MemberId,
    /// What the person is called.
    pub name: PersonName,
    /// Where the person is reached, if anywhere.
    pub email: Option<EmailAddress>,
    /// The role; the organization's default one if none is named.
    pub role: Option<RoleKey>,
    /// What the organization keeps of the person besides.
    pub profile: MemberProfile,
    /// The date on which the membership ends by itself.
    pub deactivates_at: Option<OffsetDateTime>,
    /// An account to be prepared, with an initial password and still without an address: it gets the member's, unproven.
    pub login: Option<User>,
    /// How a personal link reaches the person, if one is to be made at once.
    pub link: Option<Reach>,
}

impl Command for AddMember {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        let address: Vec<_> = self.email.iter().cloned().collect();
        Scope {
            members_at: address.clone(),
            invited_at: address,
            members_numbered: self.profile.number.iter().cloned().collect(),
            usernames_like: self.login.iter().filter_map(|user| user.username.clone()).collect(),
            lapsed: true,
            ..acting(self.organization, self.by)
        }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        // Who may not add members learns nothing of those there are.
        Authority::of(facts, self.by)?.may(Action::ViewInvitations)?;
        let mut draft = Draft::new(facts, self.by);
        draft.settle_lapsed();
        self.carry_out(&mut draft)?;
        let view = member_view(draft.facts(), self.by, self.id)?;
        Ok(draft.reply(view))
    }
}

impl AddMember {
    /// Puts the person on the roster, as part of a decision.
    ///
    /// # Errors
    /// The rule that says no; the draft is of no use then.
    pub(super) fn carry_out(&self, draft: &mut Draft) -> Result<(), Refusal> {
        let member = self.joining(draft.facts())?;
        draft.record(Event::MemberJoined { member: member.clone() });
        if let Some(user) = &self.login {
            prepare(draft, &member, user)?;
        }
        if let Some(reach) = self.link {
            charge_link(draft, self.email.as_ref(), reach)?;
            issue_link(draft, self.id, reach, None)?;
        }
        if member.waits_since.is_some() {
            draft.tell_of_seat(&member, false);
        }
        let errand = tell_of_deactivation(&draft.facts().head()?.organization, &member);
        if let Some(errand) = errand {
            draft.mail(errand);
        }
        Ok(())
    }

    fn joining(&self, facts: &Facts) -> Result<Member, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let head = authority.head;
        let role = self.role.as_ref().unwrap_or_else(|| head.organization.policy.role_scheme.default_role());
        if head.organization.state == OrganizationState::AwaitingOwner {
            return Err(Refusal::AwaitingOwner);
        }
        if let Some(email) = &self.email {
            if facts.member_at(email).is_some() {
                return Err(Refusal::AlreadyMember);
            }
            if facts.outstanding_at(email).is_some() {
                return Err(Refusal::AlreadyInvited);
            }
        }
        if let Some(number) = &self.profile.number {
            number_is_free(facts, self.id, number)?;
        }
        if self.deactivates_at.is_some_and(|at| at <= facts.now) {
            return Err(Refusal::DateInThePast);
        }
        authority.may(Action::AddMember { role })?;
        let takes_seat = head.seats_on_joining();
        let found = if takes_seat { seat_is_free(head, facts.now) } else { Ok(()) };
        if !head.waits_when_full() {
            found.clone()?;
        }
        let member = Member {
            id: self.id,
            user: None,
            name: self.name.clone(),
            email: self.email.clone(),
            role: role.clone(),
            status: MemberStatus::Active,
            seat: takes_seat && found.is_ok(),
            waits_since: found.is_err().then_some(facts.now),
            joined_at: facts.now,
            raised_at: None,
            deactivates_at: self.deactivates_at,
            profile: self.profile.clone(),
            set_up: None,
            rounds: crate::roster::Rounds::default(),
            login_since: None,
            version: 1,
        };
        if self.login.is_some() || self.link.is_some() {
            authority.may(Action::ManageLogin { member: &member })?;
        }
        Ok(member)
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, account_of, after, by, email, founded, invited, limited, member, newcomer, outcome,
        role, user, with,
    };
    use crate::name::Username;
    use crate::profile::MemberNumber;
    use crate::typed_code::CodeLocator;

    fn add(who: u128, number: u128, role_key: Option<&str>) -> AddMember {
        AddMember {
            organization: ORGANIZATION,
            by: by(who),
            id: member(number),
            name: PersonName::parse("Ada").unwrap(),
            email: Some(email(&format!("p{number}@example.org"))),
            role: role_key.map(role),
            profile: MemberProfile::default(),
            deactivates_at: None,
            login: None,
            link: None,
        }
    }

    #[test]
    fn s4_4_who_may_add_whom() {
        let portal =
            with(with(with(founded("member_portal"), 2, "administrator"), 3, "security_administrator"), 4, "member");
        for (who, role_key, answer) in [
            (OWNER, Some("administrator"), "ok"),
            (2, Some("security_administrator"), "ok"),
            (2, Some("administrator"), "role-above-yours"),
            (3, None, "ok"),
            (3, Some("security_administrator"), "role-above-yours"),
            (3, Some("pilot"), "unknown-role"),
            (4, None, "permission-missing"),
            (9, None, "unknown-organization"),
        ] {
            assert_eq!(outcome(&add(who, 20, role_key), &portal), answer, "{who} {role_key:?}");
        }
    }

    #[test]
    fn s4_1_a_member_without_a_login_counts_as_a_member() {
        let facts = limited(founded("learning_platform"), 2);
        let after = after(add(OWNER, 20, None).decide(&facts));
        let it = after.member(member(20)).unwrap();
        assert_eq!((it.user, it.seat, it.role.as_str()), (None, true, "trainee"));
        assert_eq!(after.head().unwrap().seats.assigned, 2);
        assert_eq!(outcome(&add(OWNER, 21, None), &after), "seat-limit-reached");
        let nowhere = AddMember { email: None, ..add(OWNER, 21, None) };
        assert_eq!(outcome(&nowhere, &limited(after, 3)), "ok");
    }

    #[test]
    fn an_address_and_a_number_are_one_members() {
        let facts = invited(with(founded("member_portal"), 2, "member"), 20, "member");
        assert_eq!(outcome(&add(OWNER, 2, None), &facts), "already-member");
        assert_eq!(outcome(&add(OWNER, 20, None), &facts), "already-invited");
        let number = Some(MemberNumber::parse("7").unwrap());
        let profile = MemberProfile { number, ..MemberProfile::default() };
        let facts = after(AddMember { profile: profile.clone(), ..add(OWNER, 21, None) }.decide(&facts));
        assert_eq!(outcome(&AddMember { profile, ..add(OWNER, 22, None) }, &facts), "number-taken");
        let past = AddMember { deactivates_at: Some(NOW), ..add(OWNER, 22, None) };
        assert_eq!(outcome(&past, &facts), "date-in-the-past");
    }

    #[test]
    fn s2_6_an_initial_password_prepares_an_account_that_touches_nobodys() {
        let stranger = account_of(20, Some("theirs")).users.remove(0);
        let prepared = User { username: Some(Username::parse("ada").unwrap()), ..newcomer(7) };
        let with_login = AddMember { login: Some(prepared.clone()), ..add(OWNER, 20, None) };
        let facts = Facts { users: vec![stranger.clone()], ..founded("member_portal") };
        let after = after(with_login.decide(&facts));
        assert_eq!(after.user(user(20)), Some(&stranger), "the known account stays as it is");
        let made = after.user(user(7)).unwrap();
        assert_eq!((made.password_due, made.is_prepared(), made.home), (true, true, Some(ORGANIZATION)));
        assert_eq!(made.unverified_emails().collect::<Vec<_>>(), [&email("p20@example.org")]);
        assert_eq!(after.member(member(20)).unwrap().user, Some(user(7)));
        let unknown = with_login.decide(&founded("member_portal")).unwrap();
        assert_eq!(unknown.reply, with_login.decide(&facts).unwrap().reply, "a62: the answer does not tell");

        let same_name = AddMember { login: Some(User { id: user(8), ..prepared }), ..add(OWNER, 21, None) };
        assert_eq!(outcome(&same_name, &after), "username-taken");
        let nameless = AddMember { login: Some(newcomer(8)), email: None, ..add(OWNER, 21, None) };
        assert_eq!(outcome(&nameless, &after), "invalid-input");
    }

    #[test]
    fn s2_14_whoever_joins_with_a_date_is_told_of_it() {
        let portal = founded("member_portal");
        let due = |days: Option<i64>| {
            let deactivates_at = days.map(|days| NOW + Duration::days(days));
            let decision = AddMember { deactivates_at, ..add(OWNER, 20, None) }.decide(&portal).unwrap();
            decision.messages.into_iter().map(|it| (it.content.kind(), it.due_at)).collect::<Vec<_>>()
        };
        assert!(due(None).is_empty());
        assert_eq!(due(Some(30)), [("tell_of_deactivation", NOW + Duration::days(23))]);
        assert_eq!(due(Some(3)), [("tell_of_deactivation", NOW)], "at once, if seven days before is past");
    }

    #[test]
    fn s4_8_a_link_is_mailed_where_there_is_an_address() {
        let portal = founded("member_portal");
        let mailed = AddMember { link: Some(Reach::Mail), ..add(OWNER, 20, None) };
        let decision = mailed.decide(&portal).unwrap();
        assert_eq!(decision.messages.iter().map(|it| it.content.kind()).collect::<Vec<_>>(), ["account_set_up"]);
        let by_hand = AddMember { link: Some(Reach::Hand(CodeLocator(7))), email: None, ..add(OWNER, 20, None) };
        let decision = by_hand.decide(&portal).unwrap();
        assert!(decision.messages.is_empty() && decision.reply.member.set_up.is_some());
        let nowhere = AddMember { email: None, ..mailed };
        assert_eq!(outcome(&nowhere, &portal), "invalid-input");
    }
}
