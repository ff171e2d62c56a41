//! Searching a list, and turning its pages. Both are in the address, so that a list can be kept, sent
//! and gone back to.

use contract::staff::ClientSearch;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Which list, and what is asked of it.
#[derive(Clone)]
pub(super) struct Asked {
    /// Path of the page.
    pub(super) path: &'static str,
    /// Id of the agency; empty: none.
    pub(super) of: String,
    /// What is asked.
    pub(super) search: ClientSearch,
}

impl Asked {
    /// As the address says.
    pub(super) fn read(path: &'static str) -> Self {
        use_query_map().with_untracked(|query| {
            let page = query.get("page").and_then(|page| page.parse().ok());
            Self {
                path,
                of: query.get("of").unwrap_or_default(),
                search: ClientSearch {
                    text: query.get("q").unwrap_or_default(),
                    page: page.unwrap_or(1).max(1),
                },
            }
        })
    }

    fn address(&self, page: u32) -> String {
        let given = [("of", &self.of), ("q", &self.search.text)];
        let given = given.into_iter().filter(|(_, value)| !value.is_empty());
        let rest = given.map(|(name, value)| format!("&{name}={}", encoded(value)));
        format!("{}?page={page}{}", self.path, rest.collect::<String>())
    }
}

/// Every byte that is not plain, as `%xx`.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let written = text.bytes().map(|byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    written.collect()
}

/// A field and a button.
#[component]
pub(super) fn SearchForm(asked: Asked, label: &'static str) -> impl IntoView {
    let of = (!asked.of.is_empty())
        .then(|| view! { <input type="hidden" name="of" value=asked.of.clone()/> });
    view! {
        <form method="get" action=asked.path class="search-line" role="search" aria-label=label>
            {of}
            <label class="sr-only" for="search-text">{label}</label>
            <input
                id="search-text" class="input" type="search" name="q" value=asked.search.text.clone()
                placeholder="Name, short name or host" maxlength="100"
            />
            <button type="submit" class="button">"Search"</button>
        </form>
    }
}

/// Where in the list this page is, and the ways on.
#[component]
pub(super) fn Pages(asked: Asked, found: u64, per_page: u32, shown: usize) -> impl IntoView {
    let page = asked.search.page;
    let first = u64::from(page - 1) * u64::from(per_page) + 1;
    let last = first + (shown as u64).saturating_sub(1);
    let before = (page > 1).then(|| {
        view! { <a class="button small" rel="prev" href=asked.address(page - 1)>"Previous"</a> }
    });
    let after = (last < found).then(|| {
        view! { <a class="button small" rel="next" href=asked.address(page + 1)>"Next"</a> }
    });
    let many = found > u64::from(per_page);
    many.then(|| {
        view! {
            <nav class="pages" aria-label="Pages of the list">
                <p class="hint">{format!("{first}–{last} of {found}")}</p>
                {before}
                {after}
            </nav>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Asked, encoded};
    use contract::staff::ClientSearch;

    #[test]
    fn a_search_stays_in_the_address_of_the_next_page() {
        let asked = Asked {
            path: "/agency",
            of: "ab".to_owned(),
            search: ClientSearch {
                text: "Nord & wind".to_owned(),
                page: 1,
            },
        };
        assert_eq!(asked.address(2), "/agency?page=2&of=ab&q=Nord%20%26%20wind");
        assert_eq!(encoded("ü\"<"), "%C3%BC%22%3C");
    }
}
