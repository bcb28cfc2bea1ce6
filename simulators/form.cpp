#include "simulators/form.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace liuhen::simulators {

using nlohmann::json;

void refuse(std::string pointer, std::string text) {
    throw FormFault{{std::move(pointer), std::move(text)}};
}

namespace {

LatLon place_from(const json& value, const std::string& pointer) {
    if (!value.is_array() || value.size() != 2 || !value[0].is_number() || !value[1].is_number()) {
        refuse(pointer, "must be [longitude, latitude]");
    }
    const LatLon place{.lat = value[1].get<double>(), .lon = value[0].get<double>()};
    if (!is_on_earth(place)) refuse(pointer, "is not on earth");
    return place;
}

}  // namespace

Form::Form(const json& object, std::string pointer)
    : object_{&object}, pointer_{std::move(pointer)} {
    if (!object.is_object()) refuse(pointer_, "must be an object");
}

std::string Form::at(std::string_view field) const { return pointer_ + "/" + std::string{field}; }

bool Form::has(std::string_view field) const { return object_->contains(std::string{field}); }

const json& Form::take(std::string_view field) {
    asked_.emplace(field);
    const auto found = object_->find(std::string{field});
    if (found == object_->end()) refuse(at(field), "is missing");
    return *found;
}

std::string Form::text(std::string_view field) {
    const json& value = take(field);
    if (!value.is_string()) refuse(at(field), "must be a text");
    auto text = value.get<std::string>();
    if (text.empty() || text.size() > 300) refuse(at(field), "must have 1 to 300 bytes");
    return text;
}

std::string Form::text(std::string_view field, std::string fallback) {
    if (has(field)) return text(field);
    return fallback;
}

std::string Form::one_of(std::string_view field, std::span<const std::string_view> choices) {
    auto chosen = text(field);
    if (std::ranges::find(choices, chosen) == choices.end()) {
        std::string list;
        for (const auto choice : choices) list += (list.empty() ? "" : ", ") + std::string{choice};
        refuse(at(field), fmt::format("is \"{}\", must be one of {}", chosen, list));
    }
    return chosen;
}

double Form::number(std::string_view field, double low, double high) {
    const json& value = take(field);
    if (!value.is_number()) refuse(at(field), "must be a number");
    const auto number = value.get<double>();
    if (!(number >= low && number <= high)) {
        refuse(at(field), fmt::format("is {}, must be between {} and {}", number, low, high));
    }
    return number;
}

double Form::number(std::string_view field, double low, double high, double fallback) {
    return has(field) ? number(field, low, high) : fallback;
}

std::int64_t Form::whole(std::string_view field, std::int64_t low, std::int64_t high,
                         std::int64_t fallback) {
    if (!has(field)) return fallback;
    if (!take(field).is_number_integer()) refuse(at(field), "must be a whole number");
    number(field, static_cast<double>(low), static_cast<double>(high));
    return take(field).get<std::int64_t>();
}

LatLon Form::place(std::string_view field) { return place_from(take(field), at(field)); }

Path Form::places(std::string_view field, std::size_t at_least) {
    const json& list = take(field);
    if (!list.is_array()) refuse(at(field), "must be a list of [longitude, latitude]");
    if (list.size() < at_least) {
        refuse(at(field), fmt::format("has {} places, needs {}", list.size(), at_least));
    }
    Path path;
    for (std::size_t i = 0; i < list.size(); ++i) {
        path.push_back(place_from(list[i], fmt::format("{}/{}", at(field), i)));
    }
    return path;
}

std::vector<std::string> Form::texts(std::string_view field) {
    if (!has(field)) return {};
    const json& list = take(field);
    if (!list.is_array()) refuse(at(field), "must be a list of texts");
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (!list[i].is_string()) refuse(fmt::format("{}/{}", at(field), i), "must be a text");
        texts.push_back(list[i].get<std::string>());
    }
    return texts;
}

Form Form::object(std::string_view field) { return Form{take(field), at(field)}; }

std::vector<Form> Form::objects(std::string_view field) {
    if (!has(field)) return {};
    const json& list = take(field);
    if (!list.is_array()) refuse(at(field), "must be a list of objects");
    std::vector<Form> forms;
    for (std::size_t i = 0; i < list.size(); ++i) {
        forms.emplace_back(list[i], fmt::format("{}/{}", at(field), i));
    }
    return forms;
}

void Form::finish() const {
    for (const auto& [field, value] : object_->items()) {
        if (!asked_.contains(field)) refuse(at(field), "is no field of a scenario");
    }
}

}  // namespace liuhen::simulators
