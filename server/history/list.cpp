#include "server/history/list.hpp"

#include "server/history/tree.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace liuhen::server::history {
namespace {

using nlohmann::json;

// The members of a list that are digests.
struct DigestMember {
    const char* name;
    Digests AnchorList::*of;
    Digest Digests::*half;
};
constexpr DigestMember digest_members[] = {
    {"previous_sha256", &AnchorList::previous, &Digests::sha256},
    {"previous_sm3", &AnchorList::previous, &Digests::sm3},
    {"root_sha256", &AnchorList::root, &Digests::sha256},
    {"root_sm3", &AnchorList::root, &Digests::sm3},
};

Digest digest_in(const json& text) {
    const auto digest = digest_from_hex(text.get_ref<const std::string&>());
    if (!digest) throw std::runtime_error{"no digest"};
    return *digest;
}

std::string bytes_in(const json& text) {
    auto bytes = bytes_from_hex(text.get_ref<const std::string&>());
    if (!bytes) throw std::runtime_error{"no hex"};
    return *std::move(bytes);
}

AnchorList parse_list(std::string_view text) {
    const json said = json::parse(text);
    AnchorList list;
    list.number = said.at("number").get<std::uint64_t>();
    list.at = parse_iso(said.at("at").get_ref<const std::string&>()).value();
    list.heads = said.at("heads").get<std::uint64_t>();
    list.manifests = said.at("manifests").get<std::uint64_t>();
    list.records = said.at("records").get<std::uint64_t>();
    list.key_id = said.at("key").get<std::string>();
    list.ed25519 = said.at("ed25519").get<std::string>();
    list.sm2 = said.at("sm2").get<std::string>();
    for (const DigestMember& one : digest_members)
        list.*one.of.*one.half = digest_in(said.at(one.name));
    return list;
}

SignedList parse_line(std::string_view line) {
    const json said = json::parse(line);
    SignedList list;
    list.text = said.at("list").get<std::string>();
    list.signatures = {bytes_in(said.at("ed25519")), bytes_in(said.at("sm2"))};
    for (const json& head : said.at("heads"))
        list.heads.push_back({head.at(0).get<std::string>(),
                              head.at(1).get<std::uint32_t>(),
                              {digest_in(head.at(2)), digest_in(head.at(3))}});
    return list;
}

}  // namespace

std::string head_text(const Head& head) {
    return R"({"manifest":")" + head.manifest + R"(","sha256":")" + hex(head.digests.sha256) +
           R"(","sm3":")" + hex(head.digests.sm3) + R"(","version":)" +
           std::to_string(head.version) + "}";
}

Digests root_of_heads(const std::vector<Head>& heads) {
    std::vector<Digests> leaves;
    leaves.reserve(heads.size());
    std::transform(heads.begin(), heads.end(), std::back_inserter(leaves),
                   [](const Head& head) { return leaf_of(head_text(head)); });
    return root_of(std::move(leaves));
}

std::string list_text(const AnchorList& list) {
    json said{{"at", to_iso(list.at)}, {"ed25519", list.ed25519}, {"format", list_format},
              {"heads", list.heads},   {"key", list.key_id},      {"manifests", list.manifests},
              {"number", list.number}, {"records", list.records}, {"sm2", list.sm2}};
    for (const DigestMember& one : digest_members) said[one.name] = hex(list.*one.of.*one.half);
    return said.dump();
}

std::optional<AnchorList> read_list(std::string_view text) {
    try {
        AnchorList list = parse_list(text);
        if (list_text(list) == text) return list;
    } catch (const std::exception&) {  // whatever is wrong with it, it is no list of ours
        return std::nullopt;
    }
    return std::nullopt;
}

std::string line_of(const SignedList& list) {
    json heads = json::array();
    for (const Head& head : list.heads)
        heads.push_back(
            {head.manifest, head.version, hex(head.digests.sha256), hex(head.digests.sm3)});
    return json{{"ed25519", hex_of(list.signatures.ed25519)},
                {"heads", std::move(heads)},
                {"list", list.text},
                {"sm2", hex_of(list.signatures.sm2)}}
        .dump();
}

std::optional<SignedList> read_line(std::string_view line) {
    try {
        return parse_line(line);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

}  // namespace liuhen::server::history
