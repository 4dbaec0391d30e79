//! The one answer to "may this person do that, and why not?" for a host application: from role, status, seat,
//! subscription, restriction and shares (S0.2, S3.4). The API, the pages and the documents all ask here.

use crate::facts::Facts;
use crate::id::{MemberId, UserId};
use crate::language::Language;
use crate::member::Member;
use crate::name::GroupName;
use crate::organization::Head;
use crate::refusal::Refusal;
use crate::resource::{Holder, Level, Resource, ResourceName, Share};
use crate::role::Permission;
use crate::subscription::SubscriptionState;
use crate::view::Access;
use time::OffsetDateTime;

/// Whom a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A membership.
    Member(MemberId),
    /// The membership of a user.
    User(UserId),
}

/// May this person do what that permission allows, in general or on one record?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Whom it is about.
    pub who: Who,
    /// What they want to do: a permission of the service or of the host application.
    pub permission: Permission,
    /// On which record, if on one.
    pub resource: Option<ResourceName>,
}

/// How many questions are answered at once.
pub const MOST_QUESTIONS: usize = 100;

/// An answer: the rule that decided. It is reached the same way by whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The rule that decided.
    pub rule: Rule,
    /// What was asked for.
    pub permission: Permission,
    /// Through which group, if the rule is [`Rule::GroupShare`].
    pub group: Option<GroupName>,
}

impl Verdict {
    /// Whether the person may.
    pub fn allowed(&self) -> bool {
        self.rule.allows()
    }

    /// Why, or why not, and what to do about it: a sentence in that language.
    pub fn because(&self, language: Language) -> String {
        let sentence = self.rule.because(language).replace("{permission}", self.permission.as_str());
        match &self.group {
            // The name comes last: whatever stands in it stays as it is.
            Some(group) => sentence.replace("{group}", group.as_str()),
            None => sentence,
        }
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $allows:literal, $en:literal, $fr:literal;)*) => {
        /// A rule that decides a question. Its code is stable; `docs/rules.md` lists all of them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[$doc])* $name,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code, in kebab case.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Whether it says yes.
            pub fn allows(self) -> bool {
                match self { $(Self::$name => $allows,)* }
            }

            /// The sentence, in which `{permission}` stands for what was asked for, and `{group}` for a group's name.
            pub fn because(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::English) => $en, (Self::$name, Language::French) => $fr,)*
                }
            }
        }
    };
}

rules! {
    /// The owner may do everything.
    Owner, "owner", true,
        "The owner may do everything.",
        "Le propriétaire peut tout faire.";
    /// The role permits it.
    Role, "role", true,
        "The role has the permission `{permission}`.",
        "Le rôle a la permission `{permission}`.";
    /// The record is shared with the person, far enough.
    Share, "share", true,
        "The record is shared with this person.",
        "L’enregistrement est partagé avec cette personne.";
    /// The record is shared, far enough, with a group that the person is in.
    GroupShare, "group-share", true,
        "The record is shared with the group `{group}`, which this person is in.",
        "L’enregistrement est partagé avec le groupe `{group}`, dont cette personne fait partie.";
    /// The person does not belong to the organization.
    NotAMember, "not-a-member", false,
        "This person does not belong to the organization; invite them first.",
        "Cette personne ne fait pas partie de l’organisation ; invitez-la d’abord.";
    /// The membership is suspended.
    Suspended, "membership-suspended", false,
        "The membership is suspended; an administrator can reactivate it.",
        "L’adhésion est suspendue ; un administrateur peut la réactiver.";
    /// The deactivation date has come.
    Deactivated, "membership-deactivated", false,
        "The membership has ended on its date; an administrator can reactivate it.",
        "L’adhésion a pris fin à sa date ; un administrateur peut la réactiver.";
    /// Access is limited: the member holds no seat (S0.2).
    SeatMissing, "seat-missing", false,
        "Access is limited: this member holds no seat; an administrator can allocate one.",
        "L’accès est limité : ce membre n’a pas de place ; un administrateur peut lui en attribuer une.";
    /// Access is limited: the member waits for a seat to come free.
    SeatAwaited, "seat-awaited", false,
        "Access is limited: this member waits for a seat, and gets the next one that comes free.",
        "L’accès est limité : ce membre attend une place et obtiendra la prochaine qui se libère.";
    /// Access is limited: the subscription is over, and the grace after it.
    SubscriptionExpired, "subscription-expired", false,
        "Access is limited: the organization’s subscription is over; whoever runs the service can renew it.",
        "L’accès est limité : l’abonnement de l’organisation est terminé ; l’exploitant du service peut le renouveler.";
    /// Neither the role nor a share permits it.
    PermissionMissing, "permission-missing", false,
        "The role lacks the permission `{permission}`; ask an administrator for another role.",
        "Le rôle n’a pas la permission `{permission}` ; demandez un autre rôle à un administrateur.";
    /// Nobody has registered the record.
    UnknownRecord, "unknown-record", false,
        "There is no such record; the application has to register it first.",
        "Cet enregistrement n’existe pas ; l’application doit d’abord le déclarer.";
    /// The record is restricted, and not shared with the person.
    RecordRestricted, "record-restricted", false,
        "The record is restricted and not shared with this person; ask somebody who controls it to share it.",
        "L’enregistrement est restreint et n’est pas partagé avec cette personne ; demandez-en le partage à quelqu’un \
         qui le contrôle.";
    /// The record is shared with the person, but not far enough.
    ShareTooLow, "share-too-low", false,
        "The record is shared with this person at a lower level; ask somebody who controls it for a higher one.",
        "L’enregistrement est partagé avec cette personne à un niveau inférieur ; demandez un niveau plus élevé à \
         quelqu’un qui le contrôle.";
}

impl Rule {
    /// What a command is told that rests on the answer.
    ///
    /// # Errors
    /// The refusal that goes with the rule. Whoever cannot read a record does not learn that it is there.
    pub(crate) fn verdict(self, permission: &Permission) -> Result<(), Refusal> {
        match self {
            Self::Owner | Self::Role | Self::Share | Self::GroupShare => Ok(()),
            Self::UnknownRecord | Self::RecordRestricted => Err(Refusal::UnknownRecord),
            Self::PermissionMissing | Self::ShareTooLow => {
                Err(Refusal::PermissionMissing { permission: permission.clone() })
            }
            Self::SeatMissing | Self::SeatAwaited => Err(Refusal::SeatMissing),
            Self::SubscriptionExpired => Err(Refusal::SubscriptionOver { state: SubscriptionState::Expired }),
            Self::Suspended => Err(Refusal::MembershipSuspended),
            Self::Deactivated => Err(Refusal::MembershipDeactivated),
            Self::NotAMember => Err(Refusal::UnknownOrganization),
        }
    }
}

/// Answers a question on these facts.
pub fn answer(facts: &Facts, question: &Question) -> Verdict {
    let (rule, share) = decide(facts, question);
    let group = share.filter(|_| rule == Rule::GroupShare).and_then(|it| facts.group(it.holder.group()?).ok());
    Verdict { rule, permission: question.permission.clone(), group: group.map(|it| it.name.clone()) }
}

/// The rule, and the share that reaches the person, if the question is about a record.
fn decide<'a>(facts: &'a Facts, question: &Question) -> (Rule, Option<&'a Share>) {
    let member = match question.who {
        Who::Member(id) => facts.member(id).ok(),
        Who::User(user) => facts.member_of(user),
    };
    let (Ok(head), Some(member)) = (facts.head(), member) else { return (Rule::NotAMember, None) };
    let asker = Asker { head, member, now: facts.now };
    let Some(name) = &question.resource else { return (asker.in_general(&question.permission), None) };
    match facts.resource(name) {
        Ok(resource) => {
            let share = facts.share_reaching(name, member);
            (asker.on_record(&question.permission, Record { resource, share }), share)
        }
        Err(_) => (asker.kept_back(&question.permission).unwrap_or(Rule::UnknownRecord), None),
    }
}

/// A record, and how far it is shared with whoever is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// The record.
    pub resource: &'a Resource,
    /// The share by which it reaches that member ([`Facts::share_reaching`]).
    pub share: Option<&'a Share>,
}

/// A member at an instant, ready to be asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The organization.
    pub head: &'a Head,
    /// The member.
    pub member: &'a Member,
    /// The instant.
    pub now: OffsetDateTime,
}

impl Asker<'_> {
    /// Whether the member may do something that is about no record.
    pub fn in_general(&self, permission: &Permission) -> Rule {
        let refused = self.kept_back(permission);
        refused.or_else(|| self.by_role(permission)).unwrap_or(Rule::PermissionMissing)
    }

    /// Whether the member may do something on a record.
    pub fn on_record(&self, permission: &Permission, on: Record<'_>) -> Rule {
        if let Some(refused) = self.kept_back(permission) {
            return refused;
        }
        if self.is_owner() {
            return Rule::Owner;
        }
        let needed = needed_level(permission);
        if needed.is_none() && !self.holds(permission) {
            return Rule::PermissionMissing;
        }
        let needed = needed.unwrap_or(Level::View);
        if self.level_by_role(on.resource).is_some_and(|level| needed <= level) {
            return Rule::Role;
        }
        match on.share {
            Some(share) if needed <= share.level => match share.holder {
                Holder::Member(_) => Rule::Share,
                Holder::Group(_) => Rule::GroupShare,
            },
            Some(_) => Rule::ShareTooLow,
            None if on.resource.restricted => Rule::RecordRestricted,
            None => Rule::PermissionMissing,
        }
    }

    /// How far the member reaches a record now; `None` if they cannot even read it.
    pub fn reach(&self, on: Record<'_>) -> Option<Level> {
        let levels = [
            (Level::Control, Permission::CONTROL_RECORDS),
            (Level::Edit, Permission::WRITE_RECORDS),
            (Level::View, Permission::READ_RECORDS),
        ];
        levels.into_iter().find(|(_, permission)| self.on_record(permission, on).allows()).map(|(level, _)| level)
    }

    /// What keeps the member from everything but administering, or from all: status, seat and subscription.
    fn kept_back(&self, permission: &Permission) -> Option<Rule> {
        match Access::of(self.head, self.member, self.now) {
            Access::Suspended => Some(Rule::Suspended),
            Access::Deactivated => Some(Rule::Deactivated),
            // Whoever allocates the seats must be able to before they hold one.
            _ if permission.is_administrative() => None,
            Access::SeatMissing => Some(Rule::SeatMissing),
            Access::SeatAwaited => Some(Rule::SeatAwaited),
            Access::Expired => Some(Rule::SubscriptionExpired),
            Access::Full => None,
        }
    }

    fn is_owner(&self) -> bool {
        self.head.organization.owner == Some(self.member.id)
    }

    fn by_role(&self, permission: &Permission) -> Option<Rule> {
        if self.is_owner() {
            return Some(Rule::Owner);
        }
        self.holds(permission).then_some(Rule::Role)
    }

    /// How far the role reaches a record without a share: everything with control, what is not restricted with the rest.
    fn level_by_role(&self, resource: &Resource) -> Option<Level> {
        if self.holds(&Permission::CONTROL_RECORDS) {
            return Some(Level::Control);
        }
        if resource.restricted {
            return None;
        }
        if self.holds(&Permission::WRITE_RECORDS) {
            return Some(Level::Edit);
        }
        self.holds(&Permission::READ_RECORDS).then_some(Level::View)
    }

    fn holds(&self, permission: &Permission) -> bool {
        let role = self.head.organization.policy.role_scheme.role(&self.member.role);
        role.is_some_and(|role| role.permits(permission))
    }
}

/// Which level of a record a permission of the service stands for. One of the host application's own asks for the
/// role, and for a record that can be read.
fn needed_level(permission: &Permission) -> Option<Level> {
    [
        (Permission::READ_RECORDS, Level::View),
        (Permission::WRITE_RECORDS, Level::Edit),
        (Permission::CONTROL_RECORDS, Level::Control),
    ]
    .into_iter()
    .find(|(it, _)| it == permission)
    .map(|(_, level)| level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::fixture::{
        NOW, OWNER, at, founded, group, member, resource, shared, shared_with_group, user, with, with_group,
    };

    #[track_caller]
    fn check(facts: &Facts, who: u128, permission: &str, record: Option<&str>, expected: &str) {
        let resource = record.map(|id| ResourceName::parse("report", id).unwrap());
        for who in [Who::Member(member(who)), Who::User(user(who))] {
            let question =
                Question { who, permission: Permission::parse(permission).unwrap(), resource: resource.clone() };
            let verdict = answer(facts, &question);
            assert_eq!(verdict.rule.code(), expected, "{who:?} {permission} {record:?}");
            assert!(!verdict.because(Language::French).contains("{permission}"));
        }
    }

    fn account() -> Facts {
        let account = with(with(with(founded("account"), 2, "administrator"), 3, "editor"), 4, "viewer");
        resource(resource(account, "open", false), "secret", true)
    }

    #[test]
    fn s3_4_who_reaches_which_record() {
        let plain = account();
        for (who, [read, write, control]) in [
            (OWNER, ["owner"; 3]),
            (2, ["role"; 3]),
            (3, ["role", "role", "permission-missing"]),
            (4, ["role", "permission-missing", "permission-missing"]),
            (9, ["not-a-member"; 3]),
        ] {
            check(&plain, who, "records:read", Some("open"), read);
            check(&plain, who, "records:write", Some("open"), write);
            check(&plain, who, "records:control", Some("open"), control);
        }
        for (who, rule) in [(OWNER, "owner"), (2, "role"), (3, "record-restricted"), (4, "record-restricted")] {
            for permission in ["records:read", "records:write", "records:control"] {
                check(&plain, who, permission, Some("secret"), rule);
            }
        }
        check(&plain, 3, "records:write", None, "role");
        check(&plain, 4, "records:write", None, "permission-missing");
        for who in [OWNER, 2, 3, 4] {
            check(&plain, who, "records:read", Some("nowhere"), "unknown-record");
        }
    }

    #[test]
    fn s3_4_a_share_opens_a_record_as_far_as_it_goes() {
        let levels = ["records:read", "records:write", "records:control"];
        for (level, rules) in [
            (Level::View, ["share", "share-too-low", "share-too-low"]),
            (Level::Edit, ["share", "share", "share-too-low"]),
            (Level::Control, ["share", "share", "share"]),
        ] {
            for who in [3, 4] {
                let facts = shared(account(), "secret", who, level);
                for (permission, rule) in levels.iter().zip(rules) {
                    check(&facts, who, permission, Some("secret"), rule);
                }
            }
        }
        let facts = shared(account(), "open", 4, Level::Edit);
        check(&facts, 4, "records:read", Some("open"), "role");
        check(&facts, 4, "records:write", Some("open"), "share");
        check(&facts, 3, "records:control", Some("open"), "permission-missing");
    }

    #[test]
    fn s0_2_without_a_seat_every_check_says_so() {
        let group = resource(with(with(founded("group_subscription"), 2, "administrator"), 3, "member"), "open", false);
        check(&group, 3, "records:read", Some("open"), "seat-missing");
        check(&group, 3, "host:anything", None, "seat-missing");
        check(&group, OWNER, "records:read", None, "seat-missing");
        check(&group, OWNER, "seats:allocate", None, "owner");
        check(&group, 2, "members:invite", None, "role");
        let mut seated = group;
        seated.apply(&Event::SeatAllocated { member: member(3) });
        check(&seated, 3, "records:read", Some("open"), "role");
        check(&seated, 3, "host:anything", None, "permission-missing");
    }

    #[test]
    fn status_comes_before_all_else() {
        let mut facts = shared(account(), "open", 4, Level::Control);
        facts.apply(&Event::MemberSuspended { member: member(4) });
        check(&facts, 4, "records:read", Some("open"), "membership-suspended");
        let end = NOW + time::Duration::hours(1);
        facts.apply(&Event::DeactivationDateSet { member: member(3), at: Some(end) });
        check(&facts, 3, "records:read", None, "role");
        check(&at(facts, end), 3, "records:read", None, "membership-deactivated");
    }

    #[test]
    fn a_permission_of_the_hosts_own_asks_for_the_role_and_a_record_that_can_be_read() {
        let mut facts = account();
        let scheme = serde_json::json!({
            "roles": [{"key": "editor", "permissions": ["records:read", "report:export"]},
                      {"key": "viewer", "permissions": ["report:export"]}],
            "default": "viewer", "grants": "up_to_own",
        });
        facts.head.as_mut().unwrap().organization.policy.role_scheme = serde_json::from_value(scheme).unwrap();
        check(&facts, 3, "report:export", Some("open"), "role");
        check(&facts, 3, "report:export", Some("secret"), "record-restricted");
        check(&facts, 4, "report:export", None, "role");
        check(&facts, 4, "report:export", Some("open"), "permission-missing");
        check(&facts, 3, "report:print", Some("open"), "permission-missing");
        check(&shared(facts, "secret", 4, Level::View), 4, "report:export", Some("secret"), "share");
    }

    #[test]
    fn whoever_is_gone_has_no_share_left() {
        let mut facts = shared(account(), "secret", 4, Level::Control);
        facts.apply(&Event::MemberRemoved { member: member(4) });
        assert!(!facts.shares.iter().any(|it| it.holder == Holder::Member(member(4))));
        check(&facts, 4, "records:read", Some("secret"), "not-a-member");
    }

    #[test]
    fn s3_4_a_share_with_a_group_opens_a_record_to_whoever_is_in_it() {
        let (read, write) = ("records:read", "records:write");
        let facts = with_group(with_group(account(), 1, &[3, 4]), 2, &[4]);
        let facts = shared_with_group(facts, "secret", 1, Level::View);
        check(&facts, 4, read, Some("secret"), "group-share");
        check(&facts, 4, write, Some("secret"), "share-too-low");
        check(&facts, 2, read, Some("secret"), "role");
        check(&shared_with_group(account(), "secret", 1, Level::Control), 4, read, Some("secret"), "record-restricted");
        let higher = shared_with_group(facts.clone(), "secret", 2, Level::Edit);
        check(&higher, 4, write, Some("secret"), "group-share");
        check(&higher, 3, write, Some("secret"), "share-too-low");
        for (level, rule) in [(Level::View, "group-share"), (Level::Edit, "share"), (Level::Control, "share")] {
            check(&shared(higher.clone(), "secret", 4, level), 4, write, Some("secret"), rule);
        }
        let mut left = higher.clone();
        left.apply(&Event::GroupLeft { group: group(2), member: member(4) });
        check(&left, 4, write, Some("secret"), "share-too-low");
        left.apply(&Event::GroupDeleted { group: group(1) });
        check(&left, 4, read, Some("secret"), "record-restricted");
        assert_eq!(left.shares.iter().map(|it| it.holder).collect::<Vec<_>>(), [Holder::Group(group(2))]);
        let mut suspended = higher;
        suspended.apply(&Event::MemberSuspended { member: member(4) });
        check(&suspended, 4, read, Some("secret"), "membership-suspended");
    }

    #[test]
    fn s3_4_an_answer_names_the_group_that_decided() {
        let facts = with_group(with_group(account(), 2, &[4]), 1, &[4]);
        let facts = shared_with_group(shared_with_group(facts, "secret", 2, Level::Edit), "secret", 1, Level::Edit);
        let question = |permission: &str| Question {
            who: Who::Member(member(4)),
            permission: Permission::parse(permission).unwrap(),
            resource: Some(ResourceName::parse("report", "secret").unwrap()),
        };
        let verdict = answer(&facts, &question("records:write"));
        assert_eq!(
            verdict.because(Language::English),
            "The record is shared with the group `Group 1`, which this person is in."
        );
        assert!(verdict.because(Language::French).contains("`Group 1`"));
        assert_eq!(answer(&facts, &question("records:control")).group, None);
        let odd = GroupName::parse("{permission} {group}").unwrap();
        let verdict = Verdict { group: Some(odd), ..verdict };
        assert!(verdict.because(Language::English).contains("`{permission} {group}`"), "a name is only a name");
    }

    #[test]
    fn reach_is_what_the_answers_say() {
        for level in Level::ALL {
            let facts = shared(account(), "secret", 4, level);
            let (head, it) = (facts.head().unwrap(), facts.member(member(4)).unwrap());
            let name = ResourceName::parse("report", "secret").unwrap();
            let record = Record { resource: facts.resource(&name).unwrap(), share: facts.share_reaching(&name, it) };
            assert_eq!(Asker { head, member: it, now: facts.now }.reach(record), Some(level));
        }
    }

    #[test]
    fn codes_are_unique_and_every_sentence_is_one() {
        let mut codes: Vec<_> = Rule::ALL.iter().map(|rule| rule.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            for language in Language::ALL {
                assert!(rule.because(language).ends_with('.'), "{}", rule.code());
            }
        }
    }
}
