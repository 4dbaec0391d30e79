//! What all addresses of a pasted list are offered: role, groups, dates, language, words and way (S2.2).

use membership_core::email::EmailAddress;
use membership_core::id::GroupId;
use membership_core::input::{InvalidInput, LONGEST_MESSAGE, paragraph};
use membership_core::invitation::Channel;
use membership_core::language::Language;
use membership_core::policy::{MOST_VALID_DAYS, valid_days};
use membership_core::program::groups_named;
use membership_core::role::RoleKey;
use membership_core::service::{NewOffer, Offered};
use membership_core::view::OrganizationView;
use membership_core::wording::{TemplateKind, Wording};
use time::OffsetDateTime;

use crate::form::{Field, Posted, Problems};
use crate::pages::account::profile::languages;
use crate::pages::attending::dates::read_time;
use crate::pages::attending::ticked_groups;
use crate::pages::organization::member_action::read_date;
use crate::pages::organization::templates::read_wording;
use crate::words::Words;

/// What all addresses of the list are offered.
pub(crate) struct Terms {
    role: Option<RoleKey>,
    groups: Vec<GroupId>,
    pub(crate) language: Option<Language>,
    message: Option<String>,
    /// The text of this mail, in place of the organization's (S0.8).
    pub(crate) wording: Option<Wording>,
    valid_days: Option<u8>,
    opens_at: Option<OffsetDateTime>,
    deactivates_at: Option<OffsetDateTime>,
    channel: Channel,
}

impl Terms {
    /// What was typed and ticked, if all of it can be read.
    pub(crate) fn read(posted: &Posted, problems: &mut Problems) -> Option<Self> {
        let role = problems.read(posted.optional("role").map(RoleKey::parse).transpose());
        let groups = problems.read(ticked_groups(posted).and_then(groups_named));
        let language = problems.read(posted.optional("language").map(str::parse).transpose());
        let message = problems.read(paragraph("message", posted.text("message"), LONGEST_MESSAGE));
        let wording = words_itself(posted).then(|| read_wording(posted, TemplateKind::Invitation, problems));
        let days = problems.read(posted.optional("expires_in_days").map(read_days).transpose());
        let opens_at = posted.optional("send_at").map(|text| read_time("send_at", text));
        let opens_at = problems.read(opens_at.transpose());
        let until = posted.optional("deactivates_at").map(|text| read_date("deactivates_at", text));
        let until = problems.read(until.transpose());
        let channel = if posted.text("deliver") == "hand" { Channel::Hand } else { Channel::Mail };
        Some(Self {
            role: role?,
            groups: groups?,
            language: language?,
            message: message?,
            wording: wording.map_or(Some(None), |it| it.map(Some))?,
            valid_days: days?,
            opens_at: opens_at?,
            deactivates_at: until?,
            channel,
        })
    }

    /// The offer to one of the addresses.
    pub(crate) fn offer(&self, email: EmailAddress) -> NewOffer {
        NewOffer {
            role: self.role.clone(),
            groups: self.groups.clone(),
            language: self.language,
            message: self.message.clone(),
            wording: self.wording.clone(),
            valid_days: self.valid_days,
            opens_at: self.opens_at,
            deactivates_at: self.deactivates_at,
            channel: self.channel,
            ..NewOffer::to(email)
        }
    }

    /// What the mail tells of it.
    pub(crate) fn offered(&self) -> Offered {
        Offered {
            role: self.role.clone(),
            message: self.message.clone(),
            opens_at: self.opens_at,
            valid_days: self.valid_days,
        }
    }
}

/// Whether the form has a text of its own for the mail.
pub(crate) fn words_itself(posted: &Posted) -> bool {
    !posted.text("subject").is_empty() || !posted.text("text").is_empty()
}

fn read_days(text: &str) -> Result<u8, InvalidInput> {
    valid_days(text.parse().unwrap_or(0))
}

/// The fields that most invitations leave as they are.
pub(crate) fn more_fields(
    words: Words,
    view: &OrganizationView,
    posted: Option<&Posted>,
    problems: &Problems,
) -> Vec<Field> {
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    let language = posted.map_or(view.head.organization.language.tag(), |posted| posted.text("language"));
    let days = view.head.organization.policy.invitation_policy.valid_days;
    vec![
        Field::area("message", words.t("field-message"), 4)
            .with(typed("message"))
            .hinted(words.t("hint-message"))
            .at_most(LONGEST_MESSAGE)
            .optional()
            .judged(problems),
        Field::select("language", words.t("field-mail-language"), languages(words, language)).judged(problems),
        Field::line("send_at", words.t("field-send-at"))
            .of_kind("datetime-local")
            .with(typed("send_at"))
            .hinted(words.t("hint-send-at"))
            .optional()
            .judged(problems),
        Field::line("expires_in_days", words.t("field-expires"))
            .of_kind("number")
            .with(typed("expires_in_days"))
            .hinted(words.t2("hint-expires", ("days", days), ("most", MOST_VALID_DAYS)))
            .optional()
            .judged(problems),
        Field::line("deactivates_at", words.t("field-deactivation-date"))
            .of_kind("date")
            .with(typed("deactivates_at"))
            .hinted(words.t("hint-deactivation-date"))
            .optional()
            .judged(problems),
    ]
}
