//! Whom a connection means: from what it vouched for to a member of this workspace.
//!
//! The key is workspace, connection and subject. An address never finds anybody: it can only let somebody
//! in who was never here, and only below a domain that this workspace has proven. Shared by every protocol;
//! what is handed in here has been verified.

use super::role_map::RoleMap;
use contract::{MemberId, Role};
use store::platform::mail_domains;
use store::sign_on_connections::ConnectionRow;
use store::{MemberRow, NewMemberRow, StoreError, TenantTx};
use uuid::Uuid;

/// Longest subject that is taken, in bytes. OIDC allows 255; SAML names may be longer.
pub const LONGEST_SUBJECT: usize = 1024;
/// Longest name of a person that is kept, in characters.
const NAME_CHARS: usize = 80;

/// What an identity provider vouched for, verified by its protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vouched {
    /// What the provider calls the person, for ever.
    pub subject: String,
    /// Their address, as the provider says.
    pub email: Option<String>,
    /// The provider vouches that the address is theirs. Absent means `false`.
    pub email_verified: bool,
    /// Their name, as the provider says.
    pub name: Option<String>,
    /// What the claim of the role map says of them.
    pub role_values: Vec<String>,
    /// What the session is called there.
    pub idp_session: Option<String>,
    /// How they proved who they are, as the provider says.
    pub strength: Vec<String>,
}

/// Why somebody is not let in. The words are for the record and for administrators; whoever stands at the
/// door reads [`Refusal::said`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing that could be a subject.
    NoSubject,
    /// The links of this connection are frozen since what it trusts was changed.
    Frozen,
    /// The person may not come in any more.
    Deactivated,
    /// Nobody is linked to the subject, and the connection takes nobody in.
    NotTakenIn,
    /// No address, so nobody can be taken in.
    NoAddress,
    /// The provider does not vouch for the address.
    AddressNotVerified,
    /// The address lies below no domain that this workspace has proven.
    ForeignDomain,
    /// Somebody here has the address already and has not linked this connection.
    LinkNeeded,
    /// No rule gives a role.
    NoRole,
    /// The workspace has as many people as it may.
    NoSeat,
}

impl Refusal {
    /// A short name, for the record.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSubject => "no_subject",
            Self::Frozen => "links_frozen",
            Self::Deactivated => "deactivated",
            Self::NotTakenIn => "not_taken_in",
            Self::NoAddress => "no_address",
            Self::AddressNotVerified => "address_not_verified",
            Self::ForeignDomain => "foreign_domain",
            Self::LinkNeeded => "link_needed",
            Self::NoRole => "no_role",
            Self::NoSeat => "no_seat",
        }
    }

    /// What an administrator reads.
    #[must_use]
    pub const fn explained(self) -> &'static str {
        match self {
            Self::NoSubject => "The provider sent no subject that can be used.",
            Self::Frozen => {
                "What this connection trusts was changed, and nobody has said yet that its people are the same."
            }
            Self::Deactivated => "This person was deactivated.",
            Self::NotTakenIn => {
                "Nobody here is linked to this subject, and the connection does not take new people in."
            }
            Self::NoAddress => "The provider sent no e-mail address, so nobody can be taken in.",
            Self::AddressNotVerified => {
                "The provider does not say that the address is verified (email_verified must be true)."
            }
            Self::ForeignDomain => {
                "The address lies below no domain that this workspace has proven."
            }
            Self::LinkNeeded => {
                "Somebody here has this address already. They have to sign in and link this connection on their account page."
            }
            Self::NoRole => "No rule of the connection gives this person a role.",
            Self::NoSeat => "The workspace has as many people as this connection may fill it to.",
        }
    }

    /// What the person at the door reads: calm, and nothing about who has an account.
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::LinkNeeded => {
                "This account is not linked yet. Sign in the way you did before, open your account page and link it there. If you cannot, ask your administrator."
            }
            _ => {
                "You could not be signed in. Nothing is wrong with your password. Ask your administrator, and tell them the id below."
            }
        }
    }
}

/// Who it is, and whether they are here for the first time.
#[derive(Clone, PartialEq, Eq)]
pub struct Settled {
    /// The person.
    pub member: MemberRow,
    /// They were taken in just now.
    pub joined: bool,
}

/// Finds the person whom `connection` means, or takes them in, inside `tx`. Everything is recorded there
/// but the session, which the caller begins.
///
/// # Errors
/// Storage; a refusal is the inner error and has changed nothing.
pub async fn settle_identity(
    tx: &mut TenantTx,
    connection: &ConnectionRow,
    vouched: &Vouched,
) -> Result<Result<Settled, Refusal>, StoreError> {
    let subject = vouched.subject.as_str();
    if !is_subject(subject) {
        return Ok(Err(Refusal::NoSubject));
    }
    if let Some(id) = store::identities::find(tx, connection.id, subject).await? {
        if connection.frozen_ms.is_some() {
            return Ok(Err(Refusal::Frozen));
        }
        let member = store::members::get(tx, id).await?;
        let Some(member) = member.filter(|member| member.deactivated_ms.is_none()) else {
            return Ok(Err(Refusal::Deactivated));
        };
        return Ok(Ok(Settled {
            member,
            joined: false,
        }));
    }
    match newcomer(tx, connection, vouched).await? {
        Ok((email, role)) => take_in(tx, connection, vouched, (&email, role)).await,
        Err(refused) => Ok(Err(refused)),
    }
}

/// The address and the role of somebody who would be taken in, or why they are not. Changes nothing, so a
/// test sign-in asks the same.
///
/// # Errors
/// Storage.
pub async fn newcomer(
    tx: &mut TenantTx,
    connection: &ConnectionRow,
    vouched: &Vouched,
) -> Result<Result<(String, Role), Refusal>, StoreError> {
    if !connection.jit {
        return Ok(Err(Refusal::NotTakenIn));
    }
    let email = vouched.email.as_deref().and_then(readable_address);
    let Some((email, domain)) = email else {
        return Ok(Err(Refusal::NoAddress));
    };
    if !mail_domains::is_proven(tx, &domain).await? {
        return Ok(Err(Refusal::ForeignDomain));
    }
    if !vouched.email_verified {
        return Ok(Err(Refusal::AddressNotVerified));
    }
    if store::members::find_by_email(tx, &email).await?.is_some() {
        return Ok(Err(Refusal::LinkNeeded));
    }
    let map = RoleMap::read(&connection.role_map);
    let Some(role) = map.role_of(&vouched.role_values) else {
        return Ok(Err(Refusal::NoRole));
    };
    if let Some(seats) = connection.seats {
        let people = store::members::count_active(tx).await?;
        if i64::from(people) >= i64::from(seats) {
            return Ok(Err(Refusal::NoSeat));
        }
    }
    Ok(Ok((email, role)))
}

async fn take_in(
    tx: &mut TenantTx,
    connection: &ConnectionRow,
    vouched: &Vouched,
    (email, role): (&str, Role),
) -> Result<Result<Settled, Refusal>, StoreError> {
    let id = MemberId::from_uuid(Uuid::now_v7());
    let new = NewMemberRow {
        id,
        email: email.to_owned(),
        name: name_of(vouched.name.as_deref(), email),
        role,
        password_hash: None,
    };
    store::members::insert(tx, &new).await?;
    store::identities::link(tx, connection.id, &vouched.subject, id).await?;
    let who = (Some(id), new.name.as_str());
    let said = format!("{}: {} ({})", connection.name, email, role.as_str());
    store::audit::append(tx, who, "member.joined_by_sign_on", &said).await?;
    let member = store::members::get(tx, id).await?;
    let gone = || StoreError::Inconsistent("a member who just joined is not there".to_owned());
    Ok(Ok(Settled {
        member: member.ok_or_else(gone)?,
        joined: true,
    }))
}

/// Whether a text can be a subject: something, not too long, and letters that can be told apart.
#[must_use]
pub fn is_subject(subject: &str) -> bool {
    let padded = subject.trim() != subject;
    !subject.is_empty()
        && subject.len() <= LONGEST_SUBJECT
        && !padded
        && !subject.chars().any(char::is_control)
}

/// An address in the one form that is stored, and its domain in the letters of DNS. `None`: none.
#[must_use]
pub fn readable_address(typed: &str) -> Option<(String, String)> {
    let address = typed.trim().to_lowercase();
    let (local, domain) = address.rsplit_once('@')?;
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    let sound = !local.is_empty()
        && !local.contains(['@', '"', ',', ';', '<', '>', '\\', '(', ')'])
        && plain(local)
        && domain.contains('.')
        && domain
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        && domain.split('.').all(|label| !label.is_empty())
        && address.len() <= 254;
    sound.then(|| (address.clone(), domain.to_owned()))
}

/// A name that can be shown; the first part of the address where the provider says none.
fn name_of(said: Option<&str>, email: &str) -> String {
    let plain: String = said
        .unwrap_or_default()
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let name = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.chars().take(NAME_CHARS).collect();
    if name.is_empty() {
        let local = email.split('@').next().unwrap_or_default();
        local.chars().take(NAME_CHARS).collect()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_SUBJECT, is_subject, name_of, readable_address};

    #[test]
    fn addresses_are_read_strictly() {
        let read = |typed: &str| readable_address(typed);
        assert_eq!(
            read(" Anna@Client.COM "),
            Some(("anna@client.com".to_owned(), "client.com".to_owned()))
        );
        for typed in [
            "",
            "anna",
            "@client.com",
            "anna@",
            "anna@client",
            "anna@evil.com@client.com",
            "anna@client..com",
            "anna@client.com\n",
            "an na@client.com",
            "anna@clіent.com",
            "\"a@b\"@client.com",
            "anna@client.com.",
        ] {
            // A line break at the end is trimmed like a space; it must not survive.
            if let Some((address, _)) = read(typed) {
                assert_eq!(address, "anna@client.com", "{typed:?}");
            }
        }
        assert!(read("anna@client.com.").is_none());
        assert!(read("anna@evil.com@client.com").is_none());
        assert!(read("anna@clіent.com").is_none());
    }

    #[test]
    fn subjects_are_taken_as_they_are_or_not_at_all() {
        assert!(is_subject("248289761001"));
        for wrong in ["", " a", "a ", "a\u{0}b", "a\nb"] {
            assert!(!is_subject(wrong), "{wrong:?}");
        }
        assert!(!is_subject(&"a".repeat(LONGEST_SUBJECT + 1)));
    }

    #[test]
    fn names_can_be_shown() {
        assert_eq!(name_of(Some(" Anna\n Maria "), "a@b.c"), "Anna Maria");
        assert_eq!(name_of(Some("\u{7}"), "anna@b.c"), "anna");
        assert_eq!(name_of(None, "anna@b.c"), "anna");
    }
}
