//! A person for the roster on the wire.

use membership_core::command::AddMember;
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::input::InvalidInput;
use membership_core::invitation::Channel;
use membership_core::name::{Names, PersonName, Username};
use membership_core::profile::{AdditionalInformation, Labels, MemberNumber, MemberProfile};
use membership_core::service::LoginHelp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::field;
use crate::dto::member::Member;
use crate::dto::set_up::TypedCode;

/// A person for the roster: a name in one field, or first or last name, or both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMember {
    /// What the person is called; first and last name make it if it is left out.
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    /// Where the person is reached, if anywhere.
    email: Option<String>,
    /// The role's key; the organization's default role if it is left out.
    role: Option<String>,
    /// `en` or `fr`; the organization's if it is left out.
    language: Option<String>,
    /// At most 20.
    #[serde(default)]
    labels: Vec<String>,
    /// The number in the organization's own books, unique in it.
    number: Option<String>,
    /// What the organization notes of the member, at most 2,000 characters.
    additional_information: Option<String>,
    /// From when on the member has no access.
    #[schema(format = DateTime)]
    deactivates_at: Option<String>,
    /// The name to sign in with; with an initial password only.
    username: Option<String>,
    /// A password that lets the person in once, within 14 days, and must then be replaced.
    #[schema(format = Password)]
    initial_password: Option<String>,
    /// A personal link to set up a login: `mail`, or `return` to hand it over. None is made if it is left out.
    set_up_link: Option<String>,
}

/// A person on the roster.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddedMember {
    #[serde(flatten)]
    pub(crate) member: Member,
    /// The personal link, shown this once, if it is to be handed over.
    #[schema(required)]
    pub(crate) set_up_link: Option<String>,
    /// The code that can be typed in the link's place, shown this once, if it is to be handed over.
    #[schema(required)]
    pub(crate) set_up_code: Option<TypedCode>,
}

impl NewMember {
    pub(crate) fn command(
        &self,
        organization: OrganizationId,
        by: Actor,
        id: MemberId,
    ) -> Result<AddMember, InvalidInput> {
        let names = Names {
            first: part("first_name", self.first_name.as_deref())?,
            last: part("last_name", self.last_name.as_deref())?,
        };
        let name = match part("name", self.name.as_deref())? {
            Some(name) => name,
            None => names.whole()?.ok_or_else(|| {
                InvalidInput::new("name", "empty", "must not be empty unless a first or last name is given")
            })?,
        };
        let noted = self.additional_information.as_deref();
        let profile = MemberProfile {
            names,
            language: field::language(self.language.as_deref())?,
            labels: Labels::parse(&self.labels)?,
            number: self.number.as_deref().map(MemberNumber::parse).transpose()?,
            additional_information: noted.map(AdditionalInformation::parse).transpose()?,
        };
        Ok(AddMember {
            organization,
            by,
            id,
            name,
            email: self.email.as_deref().map(EmailAddress::parse).transpose()?,
            role: field::role(self.role.as_deref())?,
            profile,
            deactivates_at: field::optional_time("deactivates_at", self.deactivates_at.as_deref())?,
            login: None,
            link: None,
        })
    }

    /// By which channel a personal link is wanted, if one is.
    pub(crate) fn link(&self) -> Result<Option<Channel>, InvalidInput> {
        let wanted = self.set_up_link.as_deref();
        wanted.map(|text| field::deliver(Some(text)).map_err(|input| input.about("set_up_link"))).transpose()
    }

    /// The login to be prepared, if one is wanted.
    pub(crate) fn login(&self) -> Result<Option<LoginHelp>, InvalidInput> {
        let username = self.username.as_deref().map(Username::parse).transpose()?;
        let initial_password = self.initial_password.as_deref().map(SecretString::from);
        let is_wanted = username.is_some() || initial_password.is_some();
        Ok(is_wanted.then_some(LoginHelp { username, initial_password }))
    }
}

fn part(field: &'static str, text: Option<&str>) -> Result<Option<PersonName>, InvalidInput> {
    text.map(|text| PersonName::parse(text).map_err(|input| input.about(field))).transpose()
}
