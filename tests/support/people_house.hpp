// A valley with people in it: administrators, members, drivers, and how they come in.
#pragma once

#include "tests/support/loaded_valley.hpp"

#include <string>

namespace liuhen::test {

/// A member with the password that he has chosen, and a session of his.
struct Person {
    std::string id, login, password;
    Web web;
};

struct PeopleHouse : Loaded {
    static constexpr const char* chosen = "plum rain on the river";

    [[nodiscard]] WebReply log_in(const std::string& login, const std::string& password,
                                  const std::string& role = {}) const {
        nlohmann::json body{{"login", login}, {"password", password}};
        if (!role.empty()) body["role"] = role;
        return house.web().post("/v1/login", body);
    }
    /// Made by `by`, logged in once with the first password, which is changed.
    Person person(const Web& by, const std::string& login, nlohmann::json more,
                  const std::string& role = {}) const {
        more["login"] = login;
        if (!more.contains("name")) more["name"] = "Person " + login;
        const auto made_member = by.post("/v1/members", more);
        if (made_member.status != 201) throw std::runtime_error{made_member.body};
        const std::string first = made_member.json().at("password");
        const std::string id = made_member.json().at("id");
        const auto session = log_in(login, first, role);
        if (session.status != 201) throw std::runtime_error{session.body};
        const Web web = house.web(session.json().at("token"));
        const auto changed =
            web.post("/v1/password", {{"password", first}, {"new_password", chosen}});
        if (changed.status != 204) throw std::runtime_error{changed.body};
        return {id, login, chosen, web};
    }
    /// The administrator of a party, made by the operator.
    Person admin_of(const std::string& name, const std::string& login,
                    const std::string& role = {}) const {
        return person(as("operator"), login, {{"party", party.at(name)}, {"rank", "admin"}}, role);
    }
};

}  // namespace liuhen::test
