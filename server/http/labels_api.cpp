// Labels of containers as PDF (危险废物标签).
#include "manifest/codes.hpp"
#include "server/crypto.hpp"
#include "server/http/admission.hpp"
#include "server/http/body.hpp"
#include "server/http/containers_api.hpp"
#include "server/http/print_api.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/event_parts.hpp"
#include "server/json/fields.hpp"
#include "server/print_shop.hpp"
#include "server/store/container_labels.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>

#include "print/label.hpp"

namespace liuhen::server::http {
namespace {

using nlohmann::json;
using store::ContainerFacts;
using store::ContainerId;

constexpr std::size_t most_labels_asked = 200;  ///< containers of one file
constexpr std::int64_t most_litres = 100'000;

// What the book does not know of a container: its maker says it, the same for all of one file.
struct LabelWords {
    std::optional<double> litres;  ///< that it holds; empty: by its kind of package
    std::optional<manifest::Form> form;
    std::string components, harmful_components, precautions, note;
};

struct VolumeRow {
    std::string_view package;
    double litres;
};
// What such a package usually holds (project values); what is not listed gets the middle label.
constexpr std::array<VolumeRow, 4> usual_volumes{
    {{"BAG", 50}, {"DRUM", 200}, {"IBC", 1'000}, {"TANK", 10'000}}};
constexpr double volume_of_others = 450;

print::LabelSize size_of(const ContainerFacts& facts, const LabelWords& words) {
    if (words.litres) return print::label_size(*words.litres);
    const auto* const row = std::ranges::find(usual_volumes, facts.package, &VolumeRow::package);
    return print::label_size(row == usual_volumes.end() ? volume_of_others : row->litres);
}

print::Label label_of(const ContainerFacts& facts, const LabelWords& words) {
    print::Label label;
    label.size = size_of(facts, words);
    label.waste_name = facts.waste_name;
    label.category = manifest::category_of(facts.waste_code);
    label.code = facts.waste_code;
    label.hazards = facts.hazards;
    label.form = words.form;
    label.components = words.components;
    label.harmful_components = words.harmful_components;
    label.precautions = words.precautions;
    label.tag_id = label.qr = facts.tag;
    label.unit = facts.unit;
    label.contact = facts.contact;
    label.phone = facts.phone;
    label.produced_on = facts.produced_on;
    label.weight = facts.weight;
    label.note = words.note;
    return label;
}

// Why a container gets no label; empty: it gets one.
std::string_view unlabelled(const ContainerFacts& facts) {
    if (!manifest::normal_waste_code(facts.waste_code)) return "NOT_HAZARDOUS";
    const bool has_code = !facts.tag.empty() && facts.tag.size() <= print::longest_label_qr;
    return has_code ? std::string_view{} : "LABEL_WITHOUT_CODE";
}

using Labels = std::vector<print::Label>;

// A container beyond 450 litres carries two, on opposite sides.
Labels labels_of(const std::vector<ContainerFacts>& all, const LabelWords& words) {
    Labels labels;
    for (const auto& facts : all) {
        labels.push_back(label_of(facts, words));
        if (labels.back().size == print::LabelSize::large) labels.push_back(labels.back());
    }
    return labels;
}

awaitable<Reply> printed(Labels labels, Instant at, std::string who) {
    auto held = std::make_shared<const Labels>(std::move(labels));
    auto make = [held, at](const print::Typeface& typeface) {
        return print::label_pdf(typeface, *held, at).value();
    };
    const auto executor = co_await asio::this_coro::executor;
    try {
        auto making = PrintShop::of(executor).print(who, make);
        Reply reply;
        reply.body = co_await std::move(making);
        reply.content_type = "application/pdf";
        reply.headers = {{"Cache-Control", "private, no-store"},
                         {"Content-Disposition", "inline; filename=\"labels.pdf\""}};
        co_return reply;
    } catch (const PrintsBusy&) {
        co_return unavailable("BUSY", "Too many prints are being made.");
    }
}

struct Wanted {
    std::vector<ContainerId> ids;
    LabelWords words;
};

std::string lower(std::string id) {
    for (char& c : id) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    return id;
}

std::vector<ContainerId> read_ids(Fields& form) {
    std::vector<ContainerId> ids;
    std::set<std::string> seen;
    const json* list = form.array("containers", most_labels_asked, Need::required);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const json& one = list->at(i);
        const std::string id = lower(one.is_string() ? one.get<std::string>() : std::string{});
        const std::string at = pointer_to(form.pointer("containers"), i);
        if (!is_uuid(id))
            form.faults().push_back(fault("NOT_A_UUID", at));
        else if (!seen.insert(id).second)
            form.faults().push_back(fault("DUPLICATE", at, id));
        ids.push_back({id});
    }
    if (list != nullptr && list->empty()) form.add("TOO_SHORT", "containers");
    return ids;
}

Wanted read_wanted(Fields& form) {
    Wanted wanted{read_ids(form), {}};
    wanted.words.litres = form.number("litres", 0.1, most_litres);
    wanted.words.form = events::coded(form, "form", manifest::form_from_code);
    wanted.words.components = form.text("components", {1, 200});
    wanted.words.harmful_components = form.text("harmful_components", {1, 200});
    wanted.words.precautions = form.text("precautions", {1, 200});
    wanted.words.note = form.text("note", {1, 100});
    form.finish();
    return wanted;
}

// Every container that gets no label, by its place in the list.
Faults label_faults(const std::vector<ContainerId>& ids, const std::vector<ContainerFacts>& found) {
    Faults faults;
    auto next = found.begin();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const bool seen = next != found.end() && next->id == ids[i];
        const std::string_view why = seen ? unlabelled(*next) : "UNKNOWN_REFERENCE";
        if (!why.empty()) faults.push_back(fault(why, pointer_to("/containers", i), ids[i].text));
        if (seen) ++next;
    }
    return faults;
}

awaitable<std::vector<ContainerFacts>> find_facts(Front& front, Identity who,
                                                  std::vector<ContainerId> ids, Instant now) {
    auto find = [ids = std::move(ids), now](pqxx::work& db) {
        return store::facts_for_labels(db, ids, now);
    };
    auto finding = front.database.transact_as(std::move(who), std::move(find));
    co_return co_await std::move(finding);
}

}  // namespace

awaitable<Reply> print_label(Front& front, Call call) {
    Query query{call.request};
    const auto litres = query.integer("litres", 1, most_litres, 0);
    if (Faults faults = query.finish(); !faults.empty()) co_return unprocessable(std::move(faults));
    const ContainerId id{call.place("id")};
    if (!is_uuid(id.text)) co_return refuse(404, "NOT_FOUND");
    std::vector<ContainerId> ids{id};
    auto finding = find_facts(front, identity_of(call.caller), std::move(ids), call.now);
    const auto found = co_await std::move(finding);
    if (found.empty()) co_return refuse(404, "NOT_FOUND");
    if (const auto why = unlabelled(found.front()); !why.empty())
        co_return refuse(409, why, "The container gets no label.");
    LabelWords words;
    if (litres > 0) words.litres = static_cast<double>(litres);
    auto printing = printed(labels_of(found, words), call.now, who_prints(call.caller));
    co_return co_await std::move(printing);
}

awaitable<Reply> print_labels(Front& front, Call call) {
    const auto body = read_body(call.request);
    if (!body) co_return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const Wanted wanted = read_wanted(form);
    if (!faults.empty()) co_return unprocessable(std::move(faults));
    auto finding = find_facts(front, identity_of(call.caller), wanted.ids, call.now);
    const auto found = co_await std::move(finding);
    faults = label_faults(wanted.ids, found);
    if (!faults.empty()) co_return unprocessable(std::move(faults));
    auto printing = printed(labels_of(found, wanted.words), call.now, who_prints(call.caller));
    co_return co_await std::move(printing);
}

}  // namespace liuhen::server::http
