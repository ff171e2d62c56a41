//! The languages that are coloured, and the names they go by.

use super::grammar::{Grammar, Quote};

/// The grammar of the language named `name` in an info string, in any case.
pub(super) fn find(name: &str) -> Option<&'static Grammar> {
    if name.is_empty() || name.len() > 24 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    LANGUAGES
        .iter()
        .find(|(names, _)| names.split(' ').any(|it| it == name))
        .map(|(_, grammar)| grammar)
}

const HASH: &[&str] = &["#"];
const QUOTES: &[Quote] = &[Quote::line("\""), Quote::line("'")];
const TEMPLATES: &[Quote] = &[Quote::lines("`"), Quote::line("\""), Quote::line("'")];

const C: Grammar = Grammar {
    keywords: "auto break case const continue default do else enum extern for goto if inline register restrict return sizeof static struct switch typedef union volatile while",
    types: "bool char double float int long short signed unsigned void size_t ssize_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t FILE",
    constants: "NULL true false",
    sigils: "#",
    ..Grammar::C_LIKE
};

const CPP: Grammar = Grammar {
    keywords: "alignas auto break case catch class concept const constexpr const_cast continue co_await co_return co_yield decltype default delete do dynamic_cast else enum explicit export extern final for friend goto if import inline module mutable namespace new noexcept operator override private protected public requires return sizeof static static_assert static_cast struct switch template this throw try typedef typename union using virtual volatile while",
    types: "bool char char8_t char16_t char32_t double float int long short signed unsigned void wchar_t size_t string vector map",
    constants: "nullptr NULL true false",
    sigils: "#",
    ..Grammar::C_LIKE
};

const CSHARP: Grammar = Grammar {
    keywords: "abstract as async await base break case catch checked class const continue default delegate do else enum event explicit extern finally fixed for foreach get global goto if implicit in init interface internal is lock namespace new operator out override params partial private protected public readonly record ref return sealed set sizeof stackalloc static struct switch this throw try typeof unchecked unsafe using var virtual volatile when where while with yield",
    types: "bool byte char decimal double float int long object sbyte short string uint ulong ushort void dynamic",
    ..Grammar::C_LIKE
};

const JAVA: Grammar = Grammar {
    keywords: "abstract assert break case catch class const continue default do else enum extends final finally for goto if implements import instanceof interface native new package permits private protected public record return sealed static strictfp super switch synchronized this throw throws transient try var void volatile while yield",
    types: "boolean byte char double float int long short",
    sigils: "@",
    quotes: &[Quote::lines("\"\"\""), Quote::line("\""), Quote::line("'")],
    ..Grammar::C_LIKE
};

const KOTLIN: Grammar = Grammar {
    keywords: "abstract actual annotation as break by catch class companion const constructor continue crossinline data do else enum expect external final finally for fun get if import in infix init inline inner interface internal is it lateinit noinline object open operator out override package private protected public reified return sealed set super suspend tailrec this throw try typealias val value var vararg when where while",
    quotes: &[
        Quote::raw("\"\"\"", "\"\"\""),
        Quote::line("\""),
        Quote::line("'"),
    ],
    sigils: "@",
    ..Grammar::C_LIKE
};

const SWIFT: Grammar = Grammar {
    keywords: "actor as associatedtype async await break case catch class continue convenience default defer deinit do else enum extension fallthrough fileprivate final for func guard if import in indirect init inout internal is lazy let mutating nonisolated open operator override private protocol public repeat required rethrows return self Self some static struct subscript super switch throw throws try typealias unowned var weak where while",
    constants: "nil true false",
    quotes: &[Quote::lines("\"\"\""), Quote::line("\"")],
    sigils: "@",
    nested_comments: true,
    ..Grammar::C_LIKE
};

const GO: Grammar = Grammar {
    keywords: "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var",
    types: "any bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr",
    constants: "nil true false iota",
    quotes: &[Quote::raw("`", "`"), Quote::line("\""), Quote::line("'")],
    ..Grammar::C_LIKE
};

const RUST: Grammar = Grammar {
    keywords: "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return self static struct super trait type unsafe use where while yield",
    types: "Self bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize",
    constants: "true false",
    quotes: &[
        Quote::raw("r#\"", "\"#"),
        Quote::raw("r\"", "\""),
        Quote::lines("\""),
    ],
    lifetimes: true,
    nested_comments: true,
    ..Grammar::C_LIKE
};

const JAVASCRIPT: Grammar = Grammar {
    keywords: "abstract as asserts async await break case catch class const continue debugger declare default delete do else enum export extends finally for from function get if implements import in infer instanceof interface is keyof let module namespace new of override package private protected public readonly return satisfies set static super switch this throw try type typeof var void while with yield",
    types: "any bigint boolean never number object string symbol unknown",
    constants: "true false null undefined NaN Infinity",
    quotes: TEMPLATES,
    word_characters: "$",
    sigils: "@",
    ..Grammar::C_LIKE
};

const PYTHON: Grammar = Grammar {
    keywords: "and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield",
    types: "bool bytes dict float frozenset int list object set str tuple type",
    constants: "True False None self cls",
    line_comments: HASH,
    quotes: &[
        Quote::lines("\"\"\""),
        Quote::lines("'''"),
        Quote::line("\""),
        Quote::line("'"),
    ],
    capitals_are_types: true,
    sigils: "@",
    ..Grammar::NONE
};

const RUBY: Grammar = Grammar {
    keywords: "alias and begin break case class def do else elsif end ensure for if in module next not or redo rescue retry return self super then undef unless until when while yield require require_relative attr_accessor attr_reader attr_writer",
    constants: "true false nil",
    line_comments: HASH,
    quotes: QUOTES,
    capitals_are_types: true,
    word_characters: "?",
    sigils: "@$:",
    ..Grammar::NONE
};

const PHP: Grammar = Grammar {
    keywords: "abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty enum extends final finally fn for foreach function global goto if implements include include_once instanceof interface isset list match namespace new or print private protected public readonly require require_once return static switch throw trait try unset use var while yield",
    types: "bool float int iterable mixed never object self string void",
    line_comments: &["//", "#"],
    sigils: "$",
    ignore_case: true,
    ..Grammar::C_LIKE
};

const SHELL: Grammar = Grammar {
    keywords: "alias break case cd continue declare do done echo elif else esac eval exec exit export fi for function if in local printf read readonly return select set shift source sudo test then trap unset until while",
    constants: "true false",
    line_comments: HASH,
    comment_after_space: true,
    quotes: &[Quote::lines("\""), Quote::raw("'", "'")],
    word_characters: "-",
    sigils: "$",
    ..Grammar::NONE
};

const POWERSHELL: Grammar = Grammar {
    keywords: "begin break catch class continue data do dynamicparam else elseif end exit filter finally for foreach from function if in param process return switch throw trap try until using while",
    line_comments: HASH,
    block_comment: Some(("<#", "#>")),
    quotes: &[Quote::line("\""), Quote::raw("'", "'")],
    word_characters: "-",
    sigils: "$",
    ignore_case: true,
    ..Grammar::NONE
};

const SQL: Grammar = Grammar {
    keywords: "add all alter and any as asc begin between by cascade case check column commit constraint create cross database default delete desc distinct drop else end except exists explain for foreign from full function grant group having if ilike in index inner insert intersect into is join key lateral left like limit materialized natural not null offset on or order outer over partition primary procedure references replace returning revoke right rollback row rows schema select set table then to transaction trigger truncate union unique update using values view when where window with",
    types: "bigint bigserial boolean bytea char date decimal double float int integer interval json jsonb numeric real serial smallint text time timestamp timestamptz uuid varchar",
    constants: "true false",
    line_comments: &["--"],
    block_comment: Some(("/*", "*/")),
    quotes: &[Quote::raw("'", "'"), Quote::line("\"")],
    ignore_case: true,
    ..Grammar::NONE
};

const CSS: Grammar = Grammar {
    constants: "inherit initial unset revert none auto",
    line_comments: &[],
    block_comment: Some(("/*", "*/")),
    quotes: QUOTES,
    word_characters: "-",
    sigils: "@#.$",
    key_marks: ":",
    ..Grammar::NONE
};

const SCSS: Grammar = Grammar {
    line_comments: &["//"],
    ..CSS
};

const JSON: Grammar = Grammar {
    constants: "true false null",
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: QUOTES,
    key_marks: ":",
    ..Grammar::NONE
};

const YAML: Grammar = Grammar {
    constants: "true false null yes no on off",
    line_comments: HASH,
    comment_after_space: true,
    quotes: QUOTES,
    word_characters: "-./",
    key_marks: ":",
    keys_lead: true,
    sigils: "&*!",
    ..Grammar::NONE
};

const TOML: Grammar = Grammar {
    constants: "true false",
    line_comments: &["#", ";"],
    comment_after_space: true,
    quotes: &[
        Quote::lines("\"\"\""),
        Quote::raw("'''", "'''"),
        Quote::line("\""),
        Quote::line("'"),
    ],
    word_characters: "-.",
    key_marks: "=",
    keys_lead: true,
    sigils: "$",
    ..Grammar::NONE
};

const DOCKERFILE: Grammar = Grammar {
    keywords: "add arg as cmd copy entrypoint env expose from healthcheck label maintainer onbuild run shell stopsignal user volume workdir",
    line_comments: HASH,
    comment_after_space: true,
    quotes: QUOTES,
    word_characters: "-./",
    sigils: "$",
    ignore_case: true,
    ..Grammar::NONE
};

const MAKEFILE: Grammar = Grammar {
    keywords: "define endef else endif export ifdef ifeq ifndef ifneq include override unexport vpath",
    line_comments: HASH,
    quotes: QUOTES,
    word_characters: "-./",
    key_marks: ":=",
    keys_lead: true,
    sigils: "$.",
    ..Grammar::NONE
};

const LUA: Grammar = Grammar {
    keywords: "and break do else elseif end for function goto if in local not or repeat return then until while",
    constants: "true false nil self",
    line_comments: &["--"],
    block_comment: Some(("--[[", "]]")),
    quotes: &[Quote::raw("[[", "]]"), Quote::line("\""), Quote::line("'")],
    ..Grammar::NONE
};

const R: Grammar = Grammar {
    keywords: "break else for function if in library next repeat require return while",
    constants: "TRUE FALSE NULL NA NaN Inf",
    line_comments: HASH,
    quotes: QUOTES,
    word_characters: ".",
    ..Grammar::NONE
};

const SCALA: Grammar = Grammar {
    keywords: "abstract case catch class def derives do else end enum export extends extension final finally for given if implicit import inline lazy match new object opaque override package private protected return sealed super then this throw trait try type using val var while with yield",
    quotes: &[
        Quote::raw("\"\"\"", "\"\"\""),
        Quote::line("\""),
        Quote::line("'"),
    ],
    sigils: "@",
    ..Grammar::C_LIKE
};

const HASKELL: Grammar = Grammar {
    keywords: "as case class data default deriving do else forall foreign hiding if import in infix infixl infixr instance let module newtype of qualified then type where",
    line_comments: &["--"],
    block_comment: Some(("{-", "-}")),
    nested_comments: true,
    quotes: &[Quote::line("\"")],
    word_characters: "'",
    capitals_are_types: true,
    ..Grammar::NONE
};

const ELIXIR: Grammar = Grammar {
    keywords: "after alias and case catch cond def defimpl defmacro defmodule defp defprotocol defstruct do else end fn for if import in not or quote raise receive require rescue try unless unquote use when with",
    constants: "true false nil",
    line_comments: HASH,
    quotes: &[Quote::lines("\"\"\""), Quote::line("\""), Quote::line("'")],
    capitals_are_types: true,
    sigils: "@:",
    ..Grammar::NONE
};

const DART: Grammar = Grammar {
    keywords: "abstract as assert async await base break case catch class const continue covariant default deferred do else enum export extends extension external factory final finally for get hide if implements import in interface is late library mixin new on operator part required rethrow return sealed set show static super switch sync this throw try typedef var when while with yield",
    types: "bool double dynamic int num void",
    sigils: "@",
    ..Grammar::C_LIKE
};

const HCL: Grammar = Grammar {
    keywords: "data for for_each if in locals module output provider resource terraform variable",
    constants: "true false null",
    line_comments: &["#", "//"],
    block_comment: Some(("/*", "*/")),
    quotes: &[Quote::line("\"")],
    word_characters: "-",
    key_marks: "=",
    ..Grammar::NONE
};

const GRAPHQL: Grammar = Grammar {
    keywords: "directive enum extend fragment implements input interface mutation on query scalar schema subscription type union",
    constants: "true false null",
    line_comments: HASH,
    quotes: &[Quote::lines("\"\"\""), Quote::line("\"")],
    capitals_are_types: true,
    sigils: "@$",
    ..Grammar::NONE
};

const DIFF: Grammar = Grammar {
    diff: true,
    ..Grammar::NONE
};

const MARKUP: Grammar = Grammar {
    markup: true,
    ..Grammar::NONE
};

static LANGUAGES: [(&str, Grammar); 32] = [
    ("rust rs", RUST),
    ("python py python3 pycon", PYTHON),
    (
        "javascript js jsx mjs cjs typescript ts tsx node",
        JAVASCRIPT,
    ),
    ("bash sh shell zsh console shell-session fish", SHELL),
    ("json jsonc json5 jsonl", JSON),
    ("html xml svg xhtml vue svelte mathml plist", MARKUP),
    ("css", CSS),
    ("scss sass less", SCSS),
    ("sql postgresql postgres mysql sqlite plsql tsql", SQL),
    ("yaml yml", YAML),
    ("toml ini cfg conf properties env dotenv", TOML),
    ("java", JAVA),
    ("c h", C),
    ("cpp c++ cc cxx hpp objective-c objc arduino", CPP),
    ("csharp cs c#", CSHARP),
    ("go golang", GO),
    ("kotlin kt kts", KOTLIN),
    ("swift", SWIFT),
    ("ruby rb", RUBY),
    ("php", PHP),
    ("powershell ps1 pwsh", POWERSHELL),
    ("dockerfile docker containerfile", DOCKERFILE),
    ("makefile make mk", MAKEFILE),
    ("lua", LUA),
    ("r", R),
    ("scala sbt groovy gradle", SCALA),
    ("haskell hs elm", HASKELL),
    ("elixir ex exs", ELIXIR),
    ("dart", DART),
    ("hcl terraform tf", HCL),
    ("graphql gql", GRAPHQL),
    ("diff patch udiff", DIFF),
];
