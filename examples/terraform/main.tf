# Deploys a synthesised environment of Posthorn from Terraform. docs/terraform.md says what runs before it.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "environment" {
  description = "The environment that was synthesised, such as prod."
  type        = string
  default     = "prod"
}

variable "assembly" {
  description = "The folder that cdk synth has written."
  type        = string
  default     = "../../cdk.out"
}

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  manifest = jsondecode(file("${var.assembly}/manifest.json"))

  # The template of each stack, by the end of the stack's name, where cdk publish-assets has put it.
  templates = {
    for artifact in values(local.manifest.artifacts) :
    trimprefix(artifact.properties.stackName, "posthorn-${var.environment}-") => replace(replace(replace(
      artifact.properties.stackTemplateAssetObjectUrl,
      "/^s3://([^/]+)/(.+)$/", "https://$1.s3.${data.aws_region.current.id}.amazonaws.com/$2"),
      "$${AWS::AccountId}", data.aws_caller_identity.current.account_id),
    "$${AWS::Region}", data.aws_region.current.id)
    if artifact.type == "aws:cloudformation:stack"
  }
}

resource "aws_cloudformation_stack" "storage" {
  name         = "posthorn-${var.environment}-storage"
  template_url = local.templates["storage"]
  capabilities = ["CAPABILITY_IAM"]
}

resource "aws_cloudformation_stack" "pipeline" {
  name         = "posthorn-${var.environment}-pipeline"
  template_url = local.templates["pipeline"]
  capabilities = ["CAPABILITY_IAM"]
  depends_on   = [aws_cloudformation_stack.storage]
}

resource "aws_cloudformation_stack" "api" {
  name         = "posthorn-${var.environment}-api"
  template_url = local.templates["api"]
  capabilities = ["CAPABILITY_IAM"]
  depends_on   = [aws_cloudformation_stack.pipeline]
}

resource "aws_cloudformation_stack" "console" {
  count        = contains(keys(local.templates), "console") ? 1 : 0
  name         = "posthorn-${var.environment}-console"
  template_url = local.templates["console"]
  capabilities = ["CAPABILITY_IAM"]
  depends_on   = [aws_cloudformation_stack.api]
}

resource "aws_cloudformation_stack" "sources" {
  count        = contains(keys(local.templates), "sources") ? 1 : 0
  name         = "posthorn-${var.environment}-sources"
  template_url = local.templates["sources"]
  capabilities = ["CAPABILITY_IAM"]
  depends_on   = [aws_cloudformation_stack.api]
}

resource "aws_cloudformation_stack" "monitoring" {
  count        = contains(keys(local.templates), "monitoring") ? 1 : 0
  name         = "posthorn-${var.environment}-monitoring"
  template_url = local.templates["monitoring"]
  capabilities = ["CAPABILITY_IAM"]
  depends_on   = [aws_cloudformation_stack.api, aws_cloudformation_stack.sources]
}

output "api_url" {
  value = aws_cloudformation_stack.api.outputs["ApiUrl"]
}

output "api_key_secret" {
  value = aws_cloudformation_stack.api.outputs["ApiKeySecret"]
}

output "console_url" {
  value = one(aws_cloudformation_stack.console[*].outputs["ConsoleUrl"])
}
