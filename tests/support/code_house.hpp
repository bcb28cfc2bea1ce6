// People who sign by code: an administrator, a guard and a foreman with phones of their own, and a
// driver whose phone is lent.
#pragma once

#include "tests/support/people_house.hpp"
#include "tests/support/valley_trip.hpp"

#include <string>

namespace liuhen::test {

struct CodeHouse : PeopleHouse {
    CodeHouse()
        : boss(admin_of("receiver", "boss.plant")),
          guard(person(boss.web, "guard.plant", {{"rank", "member"}, {"name", "Zhou Gate"}})) {}

    /// What a signer's phone shows for a manifest that is on the way.
    [[nodiscard]] WebReply code_for(const Web& phone, const std::string& id,
                                    nlohmann::json more) const {
        return phone.post("/v1/manifests/" + id + "/signature-codes", more);
    }
    [[nodiscard]] std::string code_of(const Web& phone, const std::string& id,
                                      const std::string& event) const {
        const auto reply = code_for(phone, id, {{"event", event}});
        INFO(reply.body);
        REQUIRE(reply.status == 201);
        return reply.json().at("code");
    }
    /// The same on the device, with the code put in.
    [[nodiscard]] WebReply sign(const Web& device, const std::string& id, const std::string& role,
                                const std::string& event, const std::string& code,
                                nlohmann::json more = nlohmann::json::object(),
                                const WebHeaders& headers = {}) const {
        more.update({{"role", role}, {"event", event}, {"code", code}});
        return device.post("/v1/manifests/" + id + "/signatures", more, headers);
    }
    /// Eight digits that are not these.
    [[nodiscard]] static std::string other_than(const std::string& code) {
        std::string wrong = code;
        wrong[7] = wrong[7] == '9' ? '0' : static_cast<char>(wrong[7] + 1);
        return wrong;
    }
    void depart() const { step("driver", "depart", nlohmann::json::object()); }

    Person boss, guard;
};

}  // namespace liuhen::test
